# One CMake target a folder of src/, and a compiler that knows the rules of dependency.
#
#   component(network SOURCES link_queue.cc DEPENDS scenario [LINKS external::library])
#   component_test(network link_queue_test.cc)
#
# A component's headers are reached only through build/include/NAME/, which holds one symbolic link to src/NAME. A target
# sees the links of the components it DEPENDS on and no others, so a forbidden include fails to compile.

function(component name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "" "SOURCES;DEPENDS;LINKS;SYSTEM_INCLUDES")
  set(visible ${CMAKE_BINARY_DIR}/include/${name})
  file(MAKE_DIRECTORY ${visible})
  file(CREATE_LINK ${CMAKE_CURRENT_SOURCE_DIR} ${visible}/${name} SYMBOLIC)
  set(target continuo_${name})
  if(arg_SOURCES)
    add_library(${target} STATIC ${arg_SOURCES})
    set(scope PUBLIC)
  else()
    add_library(${target} INTERFACE)
    set(scope INTERFACE)
  endif()
  add_library(continuo::${name} ALIAS ${target})
  target_include_directories(${target} ${scope} ${visible})
  target_include_directories(${target} SYSTEM ${scope} ${arg_SYSTEM_INCLUDES})
  foreach(dependency IN LISTS arg_DEPENDS)
    # A folder that does not exist yet has nothing to include.
    if(TARGET continuo_${dependency})
      target_link_libraries(${target} ${scope} continuo::${dependency})
    endif()
  endforeach()
  target_link_libraries(${target} ${scope} ${arg_LINKS})
endfunction()

# component_test(NAME SOURCES... [LINKS more] [LABELS privileged]): the folder's tests, one executable, each case a ctest.
function(component_test name)
  cmake_parse_arguments(PARSE_ARGV 1 arg "" "TARGET;TIMEOUT" "LINKS;LABELS")
  if(NOT CONTINUO_TESTS)
    return()
  endif()
  set(target ${name}_test)
  if(arg_TARGET)
    set(target ${arg_TARGET})
  endif()
  set(timeout 120)
  if(arg_TIMEOUT)
    set(timeout ${arg_TIMEOUT})
  endif()
  add_executable(${target} ${arg_UNPARSED_ARGUMENTS})
  if(TARGET continuo_${name})
    target_link_libraries(${target} PRIVATE continuo::${name})
  endif()
  target_link_libraries(${target} PRIVATE ${arg_LINKS} GTest::gmock GTest::gtest GTest::gtest_main)
  target_compile_definitions(${target} PRIVATE CONTINUO_SOURCE_DIR="${PROJECT_SOURCE_DIR}"
                                               CONTINUO_BINARY_DIR="${PROJECT_BINARY_DIR}")
  # What makes namespaces or measures shares of the CPU runs by itself.
  set(alone OFF)
  if("privileged" IN_LIST arg_LABELS)
    set(alone ON)
  endif()
  # What tests write, and leave behind when they fail, stays below the build folder.
  file(MAKE_DIRECTORY ${CMAKE_BINARY_DIR}/test-files)
  gtest_discover_tests(${target} DISCOVERY_MODE PRE_TEST DISCOVERY_TIMEOUT 60 TEST_PREFIX "${name}: "
                       PROPERTIES TIMEOUT ${timeout} RUN_SERIAL ${alone}
                                  ENVIRONMENT TEST_TMPDIR=${CMAKE_BINARY_DIR}/test-files/ LABELS "${arg_LABELS}")
endfunction()

# component_fuzz(NAME X_fuzz.cc): a libFuzzer target X_fuzz for a parser of the folder; `cmake --preset fuzz` builds them.
function(component_fuzz name source)
  if(NOT CONTINUO_FUZZ)
    return()
  endif()
  get_filename_component(target ${source} NAME_WE)
  add_executable(${target} ${source})
  target_link_libraries(${target} PRIVATE continuo::${name})
  target_link_options(${target} PRIVATE -fsanitize=fuzzer)
endfunction()
