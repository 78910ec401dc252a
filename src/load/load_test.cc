// The generator against a server on loopback. No test waits for time to pass: streams last some 20 ms.
#include "load/load.hh"

#include <gtest/gtest.h>

#include <unistd.h>

#include <algorithm>
#include <fstream>
#include <set>

#include "load/prepared_input.hh"
#include "os/http_server.hh"
#include "os/test_support/http_loopback.hh"
#include "wire/inference.hh"

namespace continuo {
namespace {

using namespace std::chrono_literals;

class LoadTest : public testing::Test {
 protected:
  LoadTest() {
    std::filesystem::create_directories(folder_);
    for (const char* name : {"a", "b"}) std::ofstream{folder_ / name} << "content of " << name;
    std::ofstream{folder_ / "a.expect.json"} << R"({"text": "content of a"})";
    Tier endpoint{.name = "endpoint", .role = Role::endpoint};
    scenario_.tiers = {endpoint};
    scenario_.nodes = {{"endpoint-1", 0}};
    Service service{.name = "echo", .package = {}, .slo = {}};
    service.package.inputs = {{"image", "BYTES", {1}}};
    scenario_.services = {service};
    Stream stream;
    stream.name = "echoes";
    stream.arrivals = Periodic{1ms};
    stream.duration = 20ms;
    stream.deadline = 60s;
    stream.inputs = {folder_ / "a", folder_ / "b"};
    scenario_.workload = {stream};
  }
  ~LoadTest() override {
    io_.stop();
    std::filesystem::remove_all(folder_);
  }

  // Answers each request with its input as `text`, once `held_` requests have come.
  std::string serve() {
    io_.call([this] {
      server_ = std::make_unique<HttpServer>(io_.context, clock_, "127.0.0.1", 0, HttpLimits{},
                                             [this](HttpRequest request, HttpServer::Respond respond) {
                                               waiting_.push_back({std::move(request), std::move(respond)});
                                               if (waiting_.size() >= held_) release();
                                             });
    });
    return "127.0.0.1:" + std::to_string(server_->port());
  }

  void release() {
    for (auto& [request, respond] : waiting_) respond(echo(request));
    waiting_.clear();
    held_ = 0;
  }

  static HttpResponse echo(const HttpRequest& http) {
    const auto parsed = parse_inference_request(http.body, http.headers.find("Inference-Header-Content-Length"), std::nullopt);
    const auto* request = std::get_if<InferenceRequest>(&parsed);
    if (request == nullptr) return error_response(400, std::get<Refusal>(parsed).error);
    InferenceResponse response;
    response.model_name = "echo";
    response.outputs = request->inputs;
    response.outputs.front().name = "text";
    HttpResponse answer;
    answer.body = std::get<HttpBody>(serialise(response, {})).bytes;
    return answer;
  }

  std::vector<LoadRecord> run(const std::string& target, std::size_t outstanding_max = 256) {
    const LoadOptions options{.node = 0, .target = target, .start_at = clock_.now(), .outstanding_max = outstanding_max};
    std::vector<LoadRecord> records;
    const auto count = run_load(scenario_, options, clock_, [&](const LoadRecord& record) {
      records.push_back(record);
      if (record.failure == "backlog" && ++backlog_ == release_at_backlog_) io_.call([this] { release(); });
    });
    EXPECT_EQ(count, records.size());
    return records;
  }

  struct Waiting {
    HttpRequest request;
    HttpServer::Respond respond;
  };

  const MonotonicClock clock_;
  const std::filesystem::path folder_ =
      std::filesystem::path{testing::TempDir()} / ("load_test-" + std::to_string(::getpid()));
  Scenario scenario_;
  std::vector<Waiting> waiting_;
  std::size_t held_ = 0;
  std::size_t backlog_ = 0;
  std::size_t release_at_backlog_ = 0;
  IoThread io_;
  std::unique_ptr<HttpServer> server_;
};

TEST_F(LoadTest, gives_every_request_one_record_and_checks_the_answers) {
  const auto records = run(serve());
  // 20 ms in intervals of 1 ms, the phase below one interval.
  ASSERT_EQ(records.size(), 20U);
  std::set<std::uint64_t> sequences;
  for (const LoadRecord& record : records) {
    sequences.insert(record.sequence);
    EXPECT_EQ(record.failure, "") << record.detail;
    EXPECT_EQ(record.from, "endpoint-1");
    EXPECT_EQ(record.stream, "echoes");
    EXPECT_EQ(record.input, record.sequence % 2 == 0 ? "a" : "b");
    EXPECT_EQ(record.correct, record.sequence % 2 == 0 ? std::optional{true} : std::nullopt);
    EXPECT_LE(record.scheduled, record.sent);
    EXPECT_LE(record.sent, record.received);
  }
  EXPECT_EQ(sequences.size(), 20U);
}

TEST_F(LoadTest, sends_without_waiting_for_answers) {
  held_ = 20;  // no answer before all 20 requests have come
  for (const LoadRecord& record : run(serve())) EXPECT_EQ(record.failure, "") << record.detail;
}

TEST_F(LoadTest, does_not_send_beyond_its_bound) {
  held_ = 1000;
  release_at_backlog_ = 18;  // the two that were sent are answered only when the 18 others have failed
  std::map<std::string, int> failures;
  for (const LoadRecord& record : run(serve(), 2)) ++failures[record.failure];
  EXPECT_EQ(failures, (std::map<std::string, int>{{"", 2}, {"backlog", 18}}));
}

TEST_F(LoadTest, records_a_target_that_is_not_there) {
  // A port that was free a moment ago and that nobody listens on now.
  const std::string target = serve();
  io_.call([this] { server_.reset(); });
  const auto records = run(target);
  ASSERT_EQ(records.size(), 20U);
  for (const LoadRecord& record : records) EXPECT_EQ(record.failure, "refused");
}

TEST_F(LoadTest, lets_each_user_wait_for_its_answer) {
  scenario_.workload[0].arrivals = ClosedLoop{.users = 3, .think = 1ms, .exponential = false};
  const auto records = run(serve(), 2);  // the bound of open loops does not hold for them
  std::map<std::uint64_t, std::vector<LoadRecord>> of_user;
  for (const LoadRecord& record : records) {
    EXPECT_EQ(record.failure, "") << record.detail;
    of_user[record.sequence % 3].push_back(record);
  }
  ASSERT_EQ(of_user.size(), 3U);
  for (const auto& [user, sent] : of_user) {
    for (std::size_t index = 1; index < sent.size(); ++index) {
      EXPECT_EQ(sent[index].sequence, sent[index - 1].sequence + 3);
      EXPECT_EQ(sent[index].scheduled, sent[index - 1].received + 1ms);
      EXPECT_GE(sent[index].sent, sent[index].scheduled);
    }
  }
}

TEST_F(LoadTest, sends_what_of_many_users_and_streams_is_due_first) {
  scenario_.workload.push_back(scenario_.workload[0]);
  scenario_.workload[1].name = "users";
  scenario_.workload[1].arrivals = ClosedLoop{.users = 40, .think = 1ms, .exponential = true};
  auto records = run(serve());
  std::ranges::stable_sort(records, {}, [](const LoadRecord& record) { return std::pair{record.sent, record.scheduled}; });
  EXPECT_TRUE(std::ranges::is_sorted(records, {}, &LoadRecord::scheduled));
  std::set<std::uint64_t> users;
  for (const LoadRecord& record : records) {
    if (record.stream == "users") users.insert(record.sequence % 40);
  }
  EXPECT_EQ(users.size(), 40U) << "each thinks for 1 ms on average, and the stream lasts 20 ms";
  EXPECT_EQ(std::ranges::count(records, "echoes", &LoadRecord::stream), 20);
}

TEST_F(LoadTest, lets_users_that_are_refused_try_again_until_the_stream_ends) {
  scenario_.workload[0].arrivals = ClosedLoop{.users = 2};
  const std::string target = serve();
  io_.call([this] { server_.reset(); });
  const auto records = run(target);
  // At most one a millisecond and user in 20 ms; how many, depends on the machine.
  ASSERT_GE(records.size(), 2U);
  ASSERT_LE(records.size(), 40U);
  for (const LoadRecord& record : records) EXPECT_EQ(record.failure, "refused");
}

TEST_F(LoadTest, sends_nothing_for_a_tier_without_streams) {
  scenario_.tiers.push_back(Tier{.name = "edge"});
  scenario_.nodes.push_back({"edge-1", 1});
  const LoadOptions options{.node = 1, .target = "127.0.0.1:1", .start_at = clock_.now()};
  EXPECT_EQ(run_load(scenario_, options, clock_, [](const LoadRecord&) { FAIL(); }), 0U);
}

TEST_F(LoadTest, refuses_inputs_that_it_cannot_send) {
  const auto fails = [&](const std::string& why) {
    try {
      run("127.0.0.1:1");
      ADD_FAILURE() << "nothing was refused";
    } catch (const std::runtime_error& error) {
      EXPECT_NE(std::string{error.what()}.find(why), std::string::npos) << error.what();
    }
  };
  const DiskFiles files;
  EXPECT_TRUE(input_problems(scenario_, files).empty());
  std::ofstream{folder_ / "b.expect.json"} << "{}";
  fails("b.expect.json: there is neither `text` nor `lines` nor `boxes`");
  scenario_.workload.front().inputs = {folder_ / "missing"};
  fails("cannot read the input");
  scenario_.workload.front().inputs = {folder_ / "missing", folder_ / "a", folder_ / "b", folder_ / "b"};
  EXPECT_EQ(input_problems(scenario_, files).size(), 2U) << "the one that is missing, and b once";
  scenario_.services.front().package.inputs.front().shape = {2};
  scenario_.workload.front().inputs = {folder_ / "a"};
  fails("does not fit the input of service echo");
}

}  // namespace
}  // namespace continuo
