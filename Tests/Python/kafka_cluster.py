"""A Kafka cluster as the tests see it: through Confluent's client, which is not ours."""

import contextlib
import os
import pathlib
import signal
import socket
import struct
import subprocess
import time
import uuid

import confluent_kafka
from confluent_kafka import ConsumerGroupTopicPartitions, TopicPartition
from confluent_kafka.admin import AdminClient, AlterConfigOpType, ConfigEntry, ConfigResource, NewTopic

# A broker that has just started, or has just made its internal topics.
BUSY = {
    confluent_kafka.KafkaError.NOT_COORDINATOR,
    confluent_kafka.KafkaError.COORDINATOR_NOT_AVAILABLE,
    confluent_kafka.KafkaError.COORDINATOR_LOAD_IN_PROGRESS,
    confluent_kafka.KafkaError._TRANSPORT,
    confluent_kafka.KafkaError._TIMED_OUT,
}


def free_port(count=1):
    """A port that nothing listens on, with the ones after it; below those that the system hands out by itself."""
    for port in range(21000 + int(uuid.uuid4().int % 9000), 32000, count):
        with contextlib.ExitStack() as sockets:
            try:
                for number in range(port, port + count):
                    sockets.enter_context(socket.socket()).bind(("127.0.0.1", number))
            except OSError:
                continue
            return port
    raise RuntimeError("no free port")


class KafkaCluster:
    """A running cluster."""

    def __init__(self, address):
        self.address = address
        self.admin = AdminClient({"bootstrap.servers": address})

    def create(self, topic, partitions=4, **config):
        config = {name.replace("_", "."): str(value) for name, value in config.items()}
        (future,) = self.admin.create_topics([NewTopic(topic, partitions, 1, config=config)]).values()
        future.result(30)
        return topic

    def alter(self, topic, **config):
        """Sets configuration of a topic that is there."""
        entries = [
            ConfigEntry(name.replace("_", "."), str(value), incremental_operation=AlterConfigOpType.SET)
            for name, value in config.items()
        ]
        resource = ConfigResource(ConfigResource.Type.TOPIC, topic, incremental_configs=entries)
        (future,) = self.admin.incremental_alter_configs([resource]).values()
        future.result(30)
        # The controller has taken it; the broker that is asked for it, and obeys it, learns of it a moment later.
        deadline = time.monotonic() + 30
        wanted = {name.replace("_", "."): str(value) for name, value in config.items()}
        while True:
            (future,) = self.admin.describe_configs([ConfigResource(ConfigResource.Type.TOPIC, topic)]).values()
            told = future.result(30)
            if all(told[name].value == value for name, value in wanted.items()):
                return
            assert time.monotonic() < deadline, f"{topic} has not become {wanted}"
            time.sleep(0.05)

    def topics(self, prefix):
        return sorted(name for name in self.admin.list_topics(timeout=30).topics if name.startswith(prefix))

    def producer(self):
        return confluent_kafka.Producer(
            {"bootstrap.servers": self.address, "enable.idempotence": True, "message.max.bytes": 16 << 20}
        )

    def produce(self, topic, messages, producer=None):
        """Sends (key, value) or (key, value, partition), in order."""
        producer = producer or self.producer()
        errors = []
        for key, value, *partition in messages:
            place = {"partition": partition[0]} if partition else {}
            producer.produce(
                topic, value, key, on_delivery=lambda error, _: error and errors.append(error), **place
            )
            producer.poll(0)
        assert producer.flush(60) == 0 and not errors, errors

    def consumer(self, group="reader", **settings):
        return confluent_kafka.Consumer(
            {
                "bootstrap.servers": self.address,
                "group.id": group,
                "enable.auto.commit": False,
                "isolation.level": "read_committed",
                "enable.partition.eof": True,
                "fetch.message.max.bytes": 16 << 20,
                **settings,
            }
        )

    def partitions(self, consumer, topic):
        metadata = consumer.list_topics(topic, timeout=30).topics[topic]
        assert metadata.error is None, metadata.error
        return [confluent_kafka.TopicPartition(topic, number) for number in sorted(metadata.partitions)]

    def read(self, *topics, patience=60):
        """Every message that a `read_committed` subscriber sees, up to the end of each partition.

        The end is that of all messages: a transaction is committed before its partitions show it.
        """
        consumer = self.consumer()
        try:
            left = self._ends(*topics)
            begin = confluent_kafka.OFFSET_BEGINNING
            consumer.assign([confluent_kafka.TopicPartition(*place, begin) for place in left])
            messages = []
            deadline = time.monotonic() + patience
            while left:
                for message in consumer.consume(2000, 0.5):
                    if message.error() is None:
                        messages.append(message)
                    elif message.error().code() == confluent_kafka.KafkaError._PARTITION_EOF:
                        place = message.topic(), message.partition()
                        if message.offset() >= left.get(place, 0):
                            left.pop(place, None)
                    else:
                        raise confluent_kafka.KafkaException(message.error())
                assert time.monotonic() < deadline, f"the ends of {sorted(left)} are not reached"
            return messages
        finally:
            consumer.close()

    def _ends(self, *topics):
        consumer = self.consumer(**{"isolation.level": "read_uncommitted"})
        try:
            places = [place for topic in topics for place in self.partitions(consumer, topic)]
            return {(p.topic, p.partition): self._end(consumer, p) for p in places}
        finally:
            consumer.close()

    @staticmethod
    def _end(consumer, place):
        """The end of a partition; one that has just been made has no leader for a moment."""
        for patience in range(20, -1, -1):
            try:
                return consumer.get_watermark_offsets(place, timeout=30)[1]
            except confluent_kafka.KafkaException as error:
                code = error.args[0].code()
                if code != confluent_kafka.KafkaError.NOT_LEADER_FOR_PARTITION or not patience:
                    raise
                time.sleep(0.25)

    def lag(self, group, topic):
        """Messages of a topic that a group has not committed; None while Kafka is busy with the group."""
        consumer = self.consumer(group)
        try:
            lag = 0
            for place in consumer.committed(self.partitions(consumer, topic), timeout=30):
                low, high = consumer.get_watermark_offsets(place, timeout=30)
                lag += high - (place.offset if place.offset >= 0 else low)
            return lag
        except confluent_kafka.KafkaException as exception:
            if exception.args[0].code() not in BUSY:
                raise
            return None
        finally:
            consumer.close()

    def move_group(self, group, topic, to):
        """Sets the offsets of a group without members to the "beginning" or the "end" of a topic's partitions, as
        `kafka-consumer-groups --reset-offsets` does."""
        consumer = self.consumer()
        try:
            held = {place: consumer.get_watermark_offsets(place, timeout=30) for place in self.partitions(consumer, topic)}
        finally:
            consumer.close()
        places = [
            TopicPartition(topic, place.partition, {"beginning": low, "end": high}[to])
            for place, (low, high) in held.items()
        ]
        (future,) = self.admin.alter_consumer_group_offsets([ConsumerGroupTopicPartitions(group, places)]).values()
        for place in future.result(30).topic_partitions:
            assert place.error is None, place

    def forget_group(self, group):
        """Deletes a group without members and its offsets: what is left when they have expired."""
        (future,) = self.admin.delete_consumer_groups([group], request_timeout=30).values()
        future.result(30)


class OwnKafka(KafkaCluster):
    """A cluster of one broker that the tests start, kill and start again."""

    def __init__(self, program, folder):
        self.program = str(program)
        self.folder = str(folder)
        self.port = free_port(2)
        self.start()
        super().__init__(f"127.0.0.1:{self.port}")

    def _do(self, verb, *more):
        subprocess.run(
            [self.program, verb, self.folder, *more], check=True, stdout=subprocess.DEVNULL, timeout=120
        )

    def start(self):
        self._do("start", str(self.port))

    def kill(self):
        self._do("kill")

    def stop(self):
        self._do("stop")

    @contextlib.contextmanager
    def suspended(self):
        """The broker stands still: it keeps its connections and answers nothing."""
        process = int(pathlib.Path(self.folder, "pid").read_text())
        os.kill(process, signal.SIGSTOP)
        try:
            yield
        finally:
            os.kill(process, signal.SIGCONT)

    def dismiss_members(self, group):
        """Takes the static members out of a group, which else keep their places until their sessions time out.

        Kafka's `Admin.removeMembersFromConsumerGroup` sends the same (LeaveGroup, version 3); Confluent's client lacks it.
        """

        def text(value):
            return struct.pack(">h", len(value)) + value.encode()

        def members():
            (future,) = self.admin.describe_consumer_groups([group], request_timeout=30).values()
            return [member.group_instance_id for member in future.result(30).members]

        leaving = members()
        body = text(group) + struct.pack(">i", len(leaving)) + b"".join(text("") + text(name) for name in leaving)
        request = struct.pack(">hhi", 13, 3, 0) + text("tests") + body
        with socket.create_connection(("127.0.0.1", self.port), timeout=30) as connection:
            connection.sendall(struct.pack(">i", len(request)) + request)
            *_, error = struct.unpack(">iiih", connection.makefile("rb").read(14))  # length, number, throttle time
        assert error == 0 and members() == []
