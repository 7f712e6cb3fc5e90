// Vectors of one level and the functions of one variable: exp within 1e-7 (relative), erf within 5e-7. Included once by each level's file,
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

INLINE vec choose(ivec mask, vec a, vec b) { return (vec)(((ivec)a & mask) | ((ivec)b & ~mask)); }

// The larger and the smaller; b where one of them is no number. One instruction each.
INLINE vec vmax(vec a, vec b) { return choose(a > b, a, b); }
INLINE vec vmin(vec a, vec b) { return choose(a < b, a, b); }

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
    float x[WIDTH] __attribute__((aligned(4 * WIDTH)));
    *(vec *)x = v;
    UNROLL for (int half = WIDTH / 2; half > 0; half /= 2)
        UNROLL for (int i = 0; i < half; i++) x[i] = x[i] > x[i + half] ? x[i] : x[i + half];
    return x[0];
}

// e^x for x in (-87.3, 88.3), outside that the value at the border: 2^n times a minimax
// polynomial on |r| <= ln 2 / 2.
INLINE vec vexp(vec x) {
    const vec magic = splat(12582912.0f); // 1.5 * 2^23: adding it rounds to an integer
    x = vmin(vmax(x, splat(-87.3f)), splat(88.3f));
    vec n = fma_(x, splat(1.44269504088896341f), magic);
    ivec whole = (ivec)n << 23;
    n = n - magic;
    vec r = fma_(n, splat(-0.693145751953125f), x);
    r = fma_(n, splat(-1.42860682030941723212e-6f), r);
    vec p = splat(1.979030348593369e-4f);
    p = fma_(p, r, splat(1.3944704551249743e-3f));
    p = fma_(p, r, splat(8.333497680723667e-3f));
    p = fma_(p, r, splat(4.166629537940025e-2f));
    p = fma_(p, r, splat(1.666666567325592e-1f));
    p = fma_(p, r, splat(0.5f));
    p = fma_(p, r * r, r) + splat(1.0f);
    return (vec)((ivec)p + whole);
}

// erf x as x P(x^2) / Q(x^2), both of degree 5, on |x| <= 3.92; beyond that it is +-1 to single precision. Minimax
// coefficients (fit error 2e-8); the rest is the rounding of P and Q.
INLINE vec verf(vec x) {
    x = vmin(vmax(x, splat(-3.92f)), splat(3.92f));
    vec y = x * x;
    vec p = splat(2.0347588360891677e-6f);
    p = fma_(p, y, splat(2.874789061024785e-4f));
    p = fma_(p, y, splat(3.868263214826584e-3f));
    p = fma_(p, y, splat(5.306028202176094e-2f));
    p = fma_(p, y, splat(1.9276241958141327e-1f));
    p = fma_(p, y, splat(1.128378987312317f));
    vec q = splat(3.807086613960564e-5f);
    q = fma_(q, y, splat(1.1881014797836542e-3f));
    q = fma_(q, y, splat(1.517216581851244e-2f));
    q = fma_(q, y, splat(1.150839552283287e-1f));
    q = fma_(q, y, splat(5.041629076004028e-1f));
    q = fma_(q, y, splat(1.0f));
    return x * p / q;
}

// x/2 (1 + erf(x / sqrt 2)), the exact GELU of Hendrycks & Gimpel 2016.
INLINE vec vgelu(vec x) {
    vec half = x * splat(0.5f);
    return fma_(half, verf(x * splat(0.70710678118654752f)), half);
}
