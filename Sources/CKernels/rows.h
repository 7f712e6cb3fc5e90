// Kernels that take a matrix row by row.

static void layer_norm(size_t rows, size_t width, const float *x, size_t ldx, const float *gain, const float *bias,
                       float epsilon, float *out, size_t ldo) {
    float share = 1.0f / (float)width;
    for (size_t i = 0; i < rows; i++, x += ldx, out += ldo) {
        vec sum = splat(0), square = splat(0);
        for (size_t j = 0; j < width; j += WIDTH) sum += load(x + j);
        vec mean = splat(sum_lanes(sum) * share);
        for (size_t j = 0; j < width; j += WIDTH) {
            vec d = load(x + j) - mean;
            square = fma_(d, d, square);
        }
        vec inverse = splat(1.0f / __builtin_sqrtf(sum_lanes(square) * share + epsilon));
        for (size_t j = 0; j < width; j += WIDTH)
            store(out + j, fma_((load(x + j) - mean) * inverse, load(gain + j), load(bias + j)));
    }
}

static void mean_rows(size_t rows, size_t width, const float *x, size_t ldx, float *out) {
    vec share = splat(rows ? 1.0f / (float)rows : 0);
    size_t j = 0;
    for (; j + WIDTH <= width; j += WIDTH) {
        vec sum = splat(0);
        for (size_t i = 0; i < rows; i++) sum += load(x + i * ldx + j);
        store(out + j, sum * share);
    }
    for (; j < width; j++) {
        float sum = 0;
        for (size_t i = 0; i < rows; i++) sum += x[i * ldx + j];
        out[j] = rows ? sum / (float)rows : 0;
    }
}

static void max_pool_4(size_t rows, size_t width, const float *x, size_t ldx, float *out, size_t ldo) {
    for (size_t i = 0; i < rows; i++, x += 4 * ldx, out += ldo)
        for (size_t j = 0; j < width; j += WIDTH)
            store(out + j, vmax(vmax(load(x + j), load(x + ldx + j)),
                                vmax(load(x + 2 * ldx + j), load(x + 3 * ldx + j))));
}

static float dot(size_t n, const float *x, const float *y) {
    vec sum = splat(0);
    size_t j = 0;
    for (; j + WIDTH <= n; j += WIDTH) sum = fma_(load(x + j), load(y + j), sum);
    float total = sum_lanes(sum);
    for (; j < n; j++) total += x[j] * y[j];
    return total;
}

static void normalise_rows(size_t rows, size_t width, float *x, size_t ldx) {
    for (size_t i = 0; i < rows; i++, x += ldx) {
        float square = dot(width, x, x);
        float inverse = square > 0 ? 1.0f / __builtin_sqrtf(square) : 0;
        for (size_t j = 0; j < width; j++) x[j] *= inverse;
    }
}

static size_t top_k(size_t n, const float *scores, size_t k, float *values, int32_t *indices) {
    size_t found = 0;
    if (k == 0) return 0;
    for (size_t j = 0; j < n;) {
        // A whole vector with nothing above the k-th so far is passed over at once; NaN is above nothing.
        if (found == k && j + WIDTH <= n && !__builtin_reduce_or(load(scores + j) > splat(values[k - 1]))) {
            j += WIDTH;
            continue;
        }
        size_t end = j + WIDTH < n ? j + WIDTH : n;
        for (; j < end; j++) {
            float score = scores[j];
            if (score != score || (found == k && score <= values[k - 1])) continue;
            size_t place = found < k ? found++ : k - 1;
            for (; place > 0 && values[place - 1] < score; place--) {
                values[place] = values[place - 1];
                indices[place] = indices[place - 1];
            }
            values[place] = score;
            indices[place] = (int32_t)j;
        }
    }
    return found;
}

#define ELEMENTWISE(name, function)                                                                                    \
    static void name(size_t n, const float *x, float *y) {                                                             \
        size_t j = 0;                                                                                                  \
        for (; j + WIDTH <= n; j += WIDTH) store(y + j, function(load(x + j)));                                        \
        if (j == n) return;                                                                                            \
        float lane[WIDTH] __attribute__((aligned(4 * WIDTH))) = {0};                                                   \
        memcpy(lane, x + j, (n - j) * sizeof(float));                                                                  \
        *(vec *)lane = function(*(vec *)lane);                                                                         \
        memcpy(y + j, lane, (n - j) * sizeof(float));                                                                  \
    }
ELEMENTWISE(exponential, vexp)
ELEMENTWISE(error_function, verf)
ELEMENTWISE(gelu, vgelu)

// The derivative of GELU: the normal distribution plus x times its density.
INLINE vec vgelu_slope(vec x) {
    vec distribution = fma_(verf(x * splat(0.70710678118654752f)), splat(0.5f), splat(0.5f));
    return fma_(x * splat(0.39894228040143268f), vexp(x * x * splat(-0.5f)), distribution);
}

static void gelu_backward(size_t n, const float *x, float *gradient) {
    size_t j = 0;
    for (; j + WIDTH <= n; j += WIDTH) store(gradient + j, load(gradient + j) * vgelu_slope(load(x + j)));
    if (j == n) return;
    float lane[WIDTH] __attribute__((aligned(4 * WIDTH))) = {0};
    memcpy(lane, x + j, (n - j) * sizeof(float));
    *(vec *)lane = vgelu_slope(*(vec *)lane);
    for (size_t i = 0; j + i < n; i++) gradient[j + i] *= lane[i];
}
