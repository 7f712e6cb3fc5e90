enum TensorRoom {}
