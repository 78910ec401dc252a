#!/usr/bin/python3
"""One end of exchanges by gRPC or MQTT, for measuring what these transports cost on an emulated link.

  exchange.py grpc|mqtt answer SECONDS                 answers each request with 20 bytes
  exchange.py grpc|mqtt ask BYTES SECONDS COUNT        sends COUNT requests of so many bytes, one every so many seconds, and prints
                                                       the milliseconds until each answer, and what the node's device sent
Debian: python3-grpcio; python3-paho-mqtt and mosquitto. The scenarios beside this file run it; README.md says how.
"""
import sys
import time

SERVER = "edge-1"


def sent():
    """Bytes and packets that this node has sent."""
    with open("/proc/net/dev", encoding="ascii") as devices:
        for line in devices:
            name, _, counters = line.partition(":")
            if counters and name.strip() != "lo":
                fields = counters.split()
                return int(fields[8]), int(fields[9])
    return 0, 0


def answer_grpc(seconds):
    import grpc
    from concurrent import futures

    class Answers(grpc.GenericRpcHandler):
        def service(self, call):
            return grpc.unary_unary_rpc_method_handler(lambda request, context: b"x" * 20)

    server = grpc.server(futures.ThreadPoolExecutor(4))
    server.add_generic_rpc_handlers((Answers(),))
    server.add_insecure_port("0.0.0.0:9000")
    server.start()
    time.sleep(seconds)


def answer_mqtt(seconds):
    import paho.mqtt.client as mqtt

    client = mqtt.Client(client_id="worker")
    client.on_message = lambda c, user, message: c.publish("answer", message.payload[:20])
    client.connect("127.0.0.1")
    client.subscribe("request")
    client.loop_start()
    time.sleep(seconds)


def ask(send, size, every, count):
    """send(body, done) calls done() when the answer is there."""
    took, counters = [None] * count, []
    begin = time.time() + 0.05
    for number in range(count):
        time.sleep(max(0.0, begin + number * every - time.time()))
        counters.append(sent())
        at = time.time()

        def done(number=number, at=at):
            took[number] = time.time() - at

        send(b"a" * size, done)
    time.sleep(3.0)
    print(size, "B every", every, "s [ms]:", " ".join("-" if t is None else f"{1000 * t:.1f}" for t in took))
    steps = [(b[0] - a[0], b[1] - a[1]) for a, b in zip(counters, counters[1:])]
    print("sent [B, packets]:", steps[0], steps[-1])


def ask_grpc(size, every, count):
    import grpc

    call = grpc.insecure_channel(SERVER + ":9000").unary_unary("/inference.GRPCInferenceService/ModelInfer")
    ask(lambda body, done: call.future(body, wait_for_ready=True).add_done_callback(lambda _: done()), size, every, count)


def ask_mqtt(size, every, count):
    import paho.mqtt.client as mqtt

    waiting = []
    client = mqtt.Client(client_id="camera")
    client.on_message = lambda c, user, message: waiting.pop(0)()
    client.connect(SERVER)
    client.subscribe("answer")
    client.loop_start()
    time.sleep(1.0)

    def send(body, done):
        waiting.append(done)
        client.publish("request", body)

    ask(send, size, every, count)


if __name__ == "__main__":
    if len(sys.argv) < 4:
        sys.exit(__doc__)
    transport, role, *rest = sys.argv[1:]
    if role == "answer":
        {"grpc": answer_grpc, "mqtt": answer_mqtt}[transport](float(rest[0]))
    else:
        {"grpc": ask_grpc, "mqtt": ask_mqtt}[transport](int(rest[0]), float(rest[1]), int(rest[2]))
