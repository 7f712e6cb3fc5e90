enum ServiceRoom {}
