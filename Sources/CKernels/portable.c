// What every CPU of the architecture has: SSE2 on x86-64, NEON on arm64.
#define LEVEL 0
#define WIDTH 4
#if defined(__aarch64__)
#define HAS_FMA 1
#else
#define HAS_FMA 0
#endif
#define TILE 6
#define TABLE tk_portable
#include "level.h"
