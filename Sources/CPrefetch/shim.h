#pragma once

/// Asks for the line of memory at an address, without waiting for it. The address need not be one: nothing is read.
static inline void prefetch_for_reading(const void *address) { __builtin_prefetch(address, 0, 3); }
