enum DiscoveryRoom {}
