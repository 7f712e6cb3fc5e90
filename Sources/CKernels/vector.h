// Vectors of one level and the functions of one variable, errors near 1e-7. Included once by each level's file,
// which defines WIDTH (floats in a vector), HAS_FMA and TILE.

#include "CKernels.h"
#include <string.h>

#define INLINE static inline __attribute__((always_inline))
#define UNROLL _Pragma("clang loop unroll(full)")
#define PANEL (2 * WIDTH)

typedef float vec __attribute__((vector_size(4 * WIDTH)));
typedef int32_t ivec __attribute__((vector_size(4 * WIDTH)));
typedef float vec_unaligned __attribute__((vector_size(4 * WIDTH), aligned(4)));

INLINE vec load(const float *p) { return *(const vec_unaligned *)p; }
INLINE void store(float *p, vec v) { *(vec_unaligned *)p = v; }
INLINE vec splat(float x) { return (vec)(x - (vec){0}); }

INLINE vec fma_(vec a, vec b, vec c) {
#if HAS_FMA
    return __builtin_elementwise_fma(a, b, c);
#else
    return a * b + c;
#endif
}

INLINE vec vmax(vec a, vec b) { return __builtin_elementwise_max(a, b); }
INLINE vec vmin(vec a, vec b) { return __builtin_elementwise_min(a, b); }
INLINE vec choose(ivec mask, vec a, vec b) { return (vec)(((ivec)a & mask) | ((ivec)b & ~mask)); }

// The first n lanes as a mask of all ones.
INLINE ivec first_lanes(size_t n) {
    ivec lane;
    UNROLL for (int i = 0; i < WIDTH; i++) lane[i] = i;
    return lane < (ivec)((int32_t)n - (ivec){0});
}

INLINE float sum_lanes(vec v) {
    float x[WIDTH] __attribute__((aligned(4 * WIDTH)));
    *(vec *)x = v;
    UNROLL for (int half = WIDTH / 2; half > 0; half /= 2)
        UNROLL for (int i = 0; i < half; i++) x[i] += x[i + half];
    return x[0];
}

INLINE float max_lanes(vec v) {
    return __builtin_reduce_max(v);
}

// e^x for x in (-87.3, 88.3), outside that the value at the border: 2^n times a polynomial on |r| <= ln 2 / 2.
INLINE vec vexp(vec x) {
    const vec magic = splat(12582912.0f); // 1.5 * 2^23: adding it rounds to an integer
    x = vmin(vmax(x, splat(-87.3f)), splat(88.3f));
    vec n = fma_(x, splat(1.44269504088896341f), magic);
    ivec whole = (ivec)n << 23;
    n = n - magic;
    vec r = fma_(n, splat(-0.693145751953125f), x);
    r = fma_(n, splat(-1.42860682030941723212e-6f), r);
    vec p = splat(1.9875691500e-4f);
    p = fma_(p, r, splat(1.3981999507e-3f));
    p = fma_(p, r, splat(8.3334519073e-3f));
    p = fma_(p, r, splat(4.1665795894e-2f));
    p = fma_(p, r, splat(1.6666665459e-1f));
    p = fma_(p, r, splat(5.0000001201e-1f));
    p = fma_(p, r * r, r) + splat(1.0f);
    return (vec)((ivec)p + whole);
}

// erf x as x P(x^2) / Q(x^2) on |x| <= 4, beyond that +-1 to single precision.
INLINE vec verf(vec x) {
    x = vmin(vmax(x, splat(-4.0f)), splat(4.0f));
    vec y = x * x;
    vec p = splat(-2.72614225801306e-10f);
    p = fma_(p, y, splat(2.77068142495902e-08f));
    p = fma_(p, y, splat(-2.10102402082508e-06f));
    p = fma_(p, y, splat(-5.69250639462346e-05f));
    p = fma_(p, y, splat(-7.34990630326855e-04f));
    p = fma_(p, y, splat(-2.95459980854025e-03f));
    p = fma_(p, y, splat(-1.60960333262415e-02f));
    vec q = splat(-1.45660718464996e-05f);
    q = fma_(q, y, splat(-2.13374055278905e-04f));
    q = fma_(q, y, splat(-1.68282697438203e-03f));
    q = fma_(q, y, splat(-7.37332916720468e-03f));
    q = fma_(q, y, splat(-1.42647390514189e-02f));
    return x * p / q;
}

// x/2 (1 + erf(x / sqrt 2)), the exact GELU of Hendrycks & Gimpel 2016.
INLINE vec vgelu(vec x) {
    vec half = x * splat(0.5f);
    return fma_(half, verf(x * splat(0.70710678118654752f)), half);
}
