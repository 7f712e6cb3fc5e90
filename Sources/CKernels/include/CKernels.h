#pragma once

// The arithmetic between Trifid's layers, once for each instruction set of the machine it runs on. `tk_kernels_for`
// gives the table of a level; nothing here allocates, keeps state or starts a thread.

#include <stddef.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// What is done to a row of results before it is stored.
enum {
    TK_PLAIN = 0,
    TK_RELU = 1,
    TK_GELU = 2,      // exact: x/2 (1 + erf(x/sqrt 2))
    TK_ACCUMULATE = 4 // added to what stands in C (with TK_PLAIN only)
};

// The constants of a step of AdamW (Loshchilov & Hutter 2019).
typedef struct tk_adam_w {
    float rate, decay, beta1, beta2, epsilon;
    float first_correction, second_correction; // 1 - beta to the power of the step's number
    float gradient_factor;                     // what gradients are multiplied with first
} tk_adam_w;

// All matrices are row-major; `ld` is the distance of two rows in floats.
typedef struct tk_kernels {
    int level;         // 0 portable, 1 AVX2 and FMA, 2 AVX-512
    size_t vector;     // floats in a vector
    size_t panel;      // columns in a panel of packed weights
    size_t tile;       // rows that a micro-kernel keeps in registers

    // C (m, n) = f(A (m, k) W (k, n) + bias). `packed` holds W in panels of `panel` columns, each (k, panel), the
    // last filled with zeros; `bias` is as long as the panels or null.
    void (*linear)(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *packed, const float *bias,
                   int mode, float *c, size_t ldc);

    // Scaled dot-product attention over one sequence with heads 32 wide. A row of `qkv` holds the queries of all
    // heads, their keys, their values. Head h of step i goes to out + h * out_head + i * out_row.
    // `scratch` holds tk_attention_scratch(length) floats.
    void (*attention)(size_t length, size_t heads, const float *qkv, size_t ld, float *out, size_t out_row,
                      size_t out_head, float *scratch);

    // Layer normalisation of each row over `width` columns (a multiple of the vector), in place or not.
    void (*layer_norm)(size_t rows, size_t width, const float *x, size_t ldx, const float *gain, const float *bias,
                       float epsilon, float *out, size_t ldo);

    // Mean over rows.
    void (*mean_rows)(size_t rows, size_t width, const float *x, size_t ldx, float *out);

    // The largest of each four rows: (4 rows, width) to (rows, width), width a multiple of the vector.
    void (*max_pool_4)(size_t rows, size_t width, const float *x, size_t ldx, float *out, size_t ldo);

    // Divides each row by its length; a row of length 0 stays 0.
    void (*normalise_rows)(size_t rows, size_t width, float *x, size_t ldx);

    // The k largest of n scores, falling; returns how many there are (at most k). Equal scores keep their order.
    size_t (*top_k)(size_t n, const float *scores, size_t k, float *values, int32_t *indices);

    // The sum of x[i] y[i].
    float (*dot)(size_t n, const float *x, const float *y);

    // Element by element, for tests.
    void (*exponential)(size_t n, const float *x, float *y);
    void (*error_function)(size_t n, const float *x, float *y);
    void (*gelu)(size_t n, const float *x, float *y);

    // Multiplies a gradient by GELU's derivative at x.
    void (*gelu_backward)(size_t n, const float *x, float *gradient);

    // What follows is for training.

    // C (m, n) (+)= A (m, k) B (k, n) + bias. `b` holds B, or with `transposed` its transpose (n, k). `bias` has n numbers
    // or is null. Rows of A may overlap. Takes 257 KiB of the stack.
    void (*product)(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b, size_t ldb,
                    int transposed, const float *bias, int accumulate, float *c, size_t ldc);

    // C (m, n) += the sum over rows of (row of A)(row of B): Aᵀ B, A (rows, m), B (rows, n). Adds A's column sums to
    // `sums` (m) where it is not null. Rows of both may overlap.
    void (*sum_of_products)(size_t rows, size_t m, size_t n, const float *a, size_t lda, const float *b, size_t ldb,
                            float *c, size_t ldc, float *sums);

    // sums (n) += the sum of rows of x.
    void (*add_column_sums)(size_t rows, size_t n, const float *x, size_t ldx, float *sums);

    // `attention` for heads 16 or 32 wide, the heads of a step side by side in `context`. Keeps two numbers a head and
    // step in `rows_kept` (heads, length, 2): what the scores were shifted by, and 1 / their sum.
    // `scratch` holds tk_attention_training_scratch(length) floats.
    void (*attention_forward)(size_t length, size_t heads, size_t head, const float *qkv, size_t ld, float *context,
                              size_t ldc, float *rows_kept, float *scratch);

    // The gradient of `qkv`, in rows of `ld` too, of the context's gradient.
    void (*attention_backward)(size_t length, size_t heads, size_t head, const float *qkv, size_t ld,
                               const float *context, const float *context_gradient, size_t ldc, const float *rows_kept,
                               float *gradient, float *scratch);

    // Layer normalisation of rows without gaps, width a multiple of the vector; keeps the standardised rows and 1 / the
    // deviation of each.
    void (*norm_forward)(size_t rows, size_t width, const float *x, const float *gain, const float *bias, float epsilon,
                         float *y, float *standardised, float *inverses);

    // Writes dx, in place of dy or not, or adds to it; adds to the gradients of gain and bias.
    void (*norm_backward)(size_t rows, size_t width, const float *standardised, const float *inverses, const float *gain,
                          const float *dy, float *dx, int accumulate, float *gain_gradient, float *bias_gradient);

    // y = GELU of x, and the gradient times GELU's derivative at x.
    void (*gelu_forward_backward)(size_t n, const float *x, float *y, float *gradient);

    // The largest of each four rows and of 0: (4 rows, width) to (rows, width), width a multiple of the vector. What is no
    // number stays so.
    void (*relu_pool_4)(size_t rows, size_t width, const float *x, float *y);

    // The gradient of x (4 rows, width), of x, of what it was pooled to and of that one's gradient: to the first of equal
    // ones, and nothing where the pooled is 0.
    void (*relu_pool_4_backward)(size_t rows, size_t width, const float *x, const float *y, const float *gradient,
                                 float *dx);

    // y += x.
    void (*add)(size_t n, const float *x, float *y);

    // One step of AdamW.
    void (*adam_w)(size_t n, const tk_adam_w *step, const float *gradients, float *values, float *first, float *second);
} tk_kernels;

// The best level that this CPU has.
int tk_best_level(void);

// The kernels of a level; null where this CPU or this build does not have it.
const tk_kernels *tk_kernels_for(int level);

// Floats that packed weights of shape (k, n) take.
size_t tk_packed_size(const tk_kernels *kernels, size_t k, size_t n);

// Packs W for `linear`: element (i, j) is taken from w[i * row + j * column].
void tk_pack(const tk_kernels *kernels, size_t k, size_t n, const float *w, size_t row, size_t column, float *packed);

// Floats of scratch that `attention` needs for sequences up to a length.
size_t tk_attention_scratch(size_t length);

// Floats of scratch that `attention_forward` and `attention_backward` need for sequences up to a length.
size_t tk_attention_training_scratch(size_t length);

#ifdef __cplusplus
}
#endif
