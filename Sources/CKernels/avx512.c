// AVX-512: Skylake-X (2017), Zen 4 (2022) and later.
#if defined(__x86_64__)
#include "CKernels.h"
#include <string.h>
#pragma clang attribute push(__attribute__((target("avx512f,avx512bw,avx512dq,avx512vl,avx2,fma"))), apply_to = function)
#define LEVEL 2
#define WIDTH 16
#define HAS_FMA 1
#define TILE 14
#define TABLE tk_avx512
#include "level.h"
#pragma clang attribute pop
#endif
