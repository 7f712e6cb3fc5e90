// AVX2 and FMA: Haswell (2013), Zen (2017) and later.
#if defined(__x86_64__)
#include "CKernels.h"
#include <string.h>
#pragma clang attribute push(__attribute__((target("avx2,fma"))), apply_to = function)
#define LEVEL 1
#define WIDTH 8
#define HAS_FMA 1
#define TILE 6
#define TABLE tk_avx2
#include "level.h"
#pragma clang attribute pop
#endif
