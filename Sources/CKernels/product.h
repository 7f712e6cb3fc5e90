// Matrix products of training. Weights change with every step, so that panels are packed here and not once and for all;
// the rows of activations are read where they are. Both keep to blocks that stay in the second-level cache.

#define PACKED_COLUMNS 128 // columns that are packed at once, a multiple of each level's panel
#define SUMMED_ROWS 192    // most rows of a sum over rows whose panel stays in the first-level cache

// Panels of B (k, n), row-major: copied; columns beyond n are zeros.
static void pack_rows(size_t k, size_t n, const float *b, size_t ldb, float *packed) {
    for (size_t j = 0; j < n; j += PANEL) {
        size_t width = n - j < PANEL ? n - j : PANEL;
        for (size_t p = 0; p < k; p++, packed += PANEL) {
            const float *row = b + p * ldb + j;
            if (width == PANEL) {
                store(packed, load(row));
                store(packed + WIDTH, load(row + WIDTH));
                continue;
            }
            for (size_t i = 0; i < width; i++) packed[i] = row[i];
            for (size_t i = width; i < PANEL; i++) packed[i] = 0;
        }
    }
}

typedef float four __attribute__((vector_size(16)));
typedef float four_unaligned __attribute__((vector_size(16), aligned(4)));

// Panels of Bᵀ, of B (n, k) row-major: blocks of four by four are turned in registers.
static void pack_columns(size_t k, size_t n, const float *b, size_t ldb, float *packed) {
    for (size_t j0 = 0; j0 < n; j0 += PANEL, packed += k * PANEL)
        for (size_t j = j0; j < j0 + PANEL; j += 4) {
            float *to = packed + (j - j0);
            size_t p = 0;
            if (j + 4 <= n)
                for (; p + 4 <= k; p += 4) {
                    const float *from = b + j * ldb + p;
                    four r0 = *(const four_unaligned *)from, r1 = *(const four_unaligned *)(from + ldb);
                    four r2 = *(const four_unaligned *)(from + 2 * ldb), r3 = *(const four_unaligned *)(from + 3 * ldb);
                    four a = __builtin_shufflevector(r0, r1, 0, 4, 1, 5), c = __builtin_shufflevector(r2, r3, 0, 4, 1, 5);
                    four d = __builtin_shufflevector(r0, r1, 2, 6, 3, 7), e = __builtin_shufflevector(r2, r3, 2, 6, 3, 7);
                    float *out = to + p * PANEL;
                    *(four_unaligned *)out = __builtin_shufflevector(a, c, 0, 1, 4, 5);
                    *(four_unaligned *)(out + PANEL) = __builtin_shufflevector(a, c, 2, 3, 6, 7);
                    *(four_unaligned *)(out + 2 * PANEL) = __builtin_shufflevector(d, e, 0, 1, 4, 5);
                    *(four_unaligned *)(out + 3 * PANEL) = __builtin_shufflevector(d, e, 2, 3, 6, 7);
                }
            for (; p < k; p++)
                for (size_t i = 0; i < 4; i++) to[p * PANEL + i] = j + i < n ? b[(j + i) * ldb + p] : 0;
        }
}

static void product(size_t m, size_t n, size_t k, const float *a, size_t lda, const float *b, size_t ldb,
                    int transposed, const float *bias, int accumulate, float *c, size_t ldc) {
    float packed[BLOCK_DEPTH * PACKED_COLUMNS] __attribute__((aligned(64)));
    float start[PACKED_COLUMNS] __attribute__((aligned(64)));
    for (size_t column = 0; column < n; column += PACKED_COLUMNS) {
        size_t width = n - column < PACKED_COLUMNS ? n - column : PACKED_COLUMNS;
        if (bias)
            for (size_t i = 0; i < PACKED_COLUMNS; i++) start[i] = i < width ? bias[column + i] : 0;
        for (size_t k0 = 0; k0 < k; k0 += BLOCK_DEPTH) {
            size_t depth = k - k0 < BLOCK_DEPTH ? k - k0 : BLOCK_DEPTH;
            if (transposed)
                pack_columns(depth, width, b + column * ldb + k0, ldb, packed);
            else
                pack_rows(depth, width, b + k0 * ldb + column, ldb, packed);
            linear(m, width, depth, a + k0, lda, packed, k0 == 0 && bias ? start : 0,
                   accumulate || k0 > 0 ? TK_ACCUMULATE : TK_PLAIN, c + column, ldc);
        }
    }
}

// m columns of A (k, m) times a panel of B (k, vectors x WIDTH), added to C or written there.
INLINE void micro_sum(const size_t m, const size_t vectors, size_t k, const float *a, size_t lda, const float *b,
                      size_t ldb, int accumulate, float *c, size_t ldc) {
    vec sum[TILE][2];
    UNROLL for (size_t i = 0; i < m; i++)
        UNROLL for (size_t v = 0; v < vectors; v++) sum[i][v] = accumulate ? load(c + i * ldc + v * WIDTH) : splat(0);
    for (size_t p = 0; p < k; p++, a += lda, b += ldb) {
        vec row[2];
        UNROLL for (size_t v = 0; v < vectors; v++) row[v] = load(b + v * WIDTH);
        UNROLL for (size_t i = 0; i < m; i++) {
            vec x = splat(a[i]);
            UNROLL for (size_t v = 0; v < vectors; v++) sum[i][v] = fma_(x, row[v], sum[i][v]);
        }
    }
    UNROLL for (size_t i = 0; i < m; i++)
        UNROLL for (size_t v = 0; v < vectors; v++) store(c + i * ldc + v * WIDTH, sum[i][v]);
}

#undef MICRO_CASE
#define MICRO_CASE(rows, vectors)                                                                                      \
    case rows: micro_sum(rows, vectors, k, a, lda, b, ldb, accumulate, c, ldc); break;

static __attribute__((noinline)) void micro_sum_panel(size_t m, size_t k, const float *a, size_t lda, const float *b,
                                                      size_t ldb, int accumulate, float *c, size_t ldc) {
    switch (m) { MICRO_CASES(2) }
}

static __attribute__((noinline)) void micro_sum_half(size_t m, size_t k, const float *a, size_t lda, const float *b,
                                                     size_t ldb, int accumulate, float *c, size_t ldc) {
    switch (m) { MICRO_CASES(1) }
}

// sums (n) += the sum of rows of x; each block of rows on its own first, which keeps digits.
static void add_column_sums(size_t rows, size_t n, const float *x, size_t ldx, float *sums) {
    size_t j = 0;
    for (; j + WIDTH <= n; j += WIDTH) {
        vec even = splat(0), odd = splat(0);
        size_t i = 0;
        for (; i + 2 <= rows; i += 2) {
            even += load(x + i * ldx + j);
            odd += load(x + (i + 1) * ldx + j);
        }
        if (i < rows) even += load(x + i * ldx + j);
        store(sums + j, load(sums + j) + (even + odd));
    }
    for (; j < n; j++) {
        float sum = 0;
        for (size_t i = 0; i < rows; i++) sum += x[i * ldx + j];
        sums[j] += sum;
    }
}

static void sum_of_products(size_t rows, size_t m, size_t n, const float *a, size_t lda, const float *b, size_t ldb,
                            float *c, size_t ldc, float *sums) {
    float panel[SUMMED_ROWS * PANEL] __attribute__((aligned(64)));
    float edge[TILE * PANEL] __attribute__((aligned(64)));
    // In equal parts: a short last one would load and store C for few rows.
    size_t parts = (rows + SUMMED_ROWS - 1) / SUMMED_ROWS, whole = parts ? (rows + parts - 1) / parts : 0;
    for (size_t row = 0; row < rows; row += whole) {
        size_t depth = rows - row < whole ? rows - row : whole;
        const float *left = a + row * lda;
        if (sums) add_column_sums(depth, m, left, lda, sums);
        for (size_t j = 0; j < n; j += PANEL) {
            size_t width = n - j < PANEL ? n - j : PANEL;
            pack_rows(depth, width, b + row * ldb + j, ldb, panel);
            for (size_t i = 0; i < m; i += TILE) {
                size_t tall = m - i < TILE ? m - i : TILE;
                float *to = c + i * ldc + j;
                if (width == PANEL) {
                    micro_sum_panel(tall, depth, left + i, lda, panel, PANEL, 1, to, ldc);
                    continue;
                }
                for (size_t r = 0; r < tall; r++) memcpy(edge + r * PANEL, to + r * ldc, width * sizeof(float));
                micro_sum_panel(tall, depth, left + i, lda, panel, PANEL, 1, edge, PANEL);
                for (size_t r = 0; r < tall; r++) memcpy(to + r * ldc, edge + r * PANEL, width * sizeof(float));
            }
        }
    }
}
