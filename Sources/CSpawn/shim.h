// What <spawn.h> shows only to those that ask for GNU's extensions, which Swift's Glibc module does not (glibc 2.34).
#pragma once
#include <spawn.h>

int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
