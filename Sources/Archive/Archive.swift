enum ArchiveRoom {}
