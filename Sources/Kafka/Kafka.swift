enum KafkaRoom {}
