enum AvroRoom {}
