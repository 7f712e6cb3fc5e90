#include "CKernels.h"

extern const tk_kernels tk_portable;
#if defined(__x86_64__)
extern const tk_kernels tk_avx2;
extern const tk_kernels tk_avx512;
#endif

int tk_best_level(void) {
#if defined(__x86_64__)
    __builtin_cpu_init();
    if (__builtin_cpu_supports("avx512f") && __builtin_cpu_supports("avx512bw") && __builtin_cpu_supports("avx512dq")
        && __builtin_cpu_supports("avx512vl"))
        return 2;
    if (__builtin_cpu_supports("avx2") && __builtin_cpu_supports("fma")) return 1;
#endif
    return 0;
}

const tk_kernels *tk_kernels_for(int level) {
    if (level < 0 || level > tk_best_level()) return 0;
#if defined(__x86_64__)
    if (level == 2) return &tk_avx512;
    if (level == 1) return &tk_avx2;
#endif
    return &tk_portable;
}

size_t tk_packed_size(const tk_kernels *kernels, size_t k, size_t n) {
    return (n + kernels->panel - 1) / kernels->panel * kernels->panel * k;
}

void tk_pack(const tk_kernels *kernels, size_t k, size_t n, const float *w, size_t row, size_t column, float *packed) {
    size_t panel = kernels->panel;
    for (size_t j0 = 0; j0 < n; j0 += panel)
        for (size_t i = 0; i < k; i++)
            for (size_t j = j0; j < j0 + panel; j++) *packed++ = j < n ? w[i * row + j * column] : 0;
}

// Keys of one head and the scores of the tallest tile, for the widest vector.
size_t tk_attention_scratch(size_t length) {
    size_t padded = (length + 15) / 16 * 16;
    return padded * (32 + 14);
}

// Keys and values of one head, probabilities and their gradients of a block of queries, for the widest vector.
size_t tk_attention_training_scratch(size_t length) {
    size_t padded = (length + 31) / 32 * 32;
    return padded * 2 * (32 + 8 * 14);
}
