// What training does between its products, row by row and number by number.

static void norm_forward(size_t rows, size_t width, const float *x, const float *gain, const float *bias, float epsilon,
                         float *y, float *standardised, float *inverses) {
    float share = 1.0f / (float)width;
    for (size_t i = 0; i < rows; i++, x += width, y += width, standardised += width) {
        vec sum = splat(0), square = splat(0);
        for (size_t j = 0; j < width; j += WIDTH) sum += load(x + j);
        vec mean = splat(sum_lanes(sum) * share);
        for (size_t j = 0; j < width; j += WIDTH) {
            vec d = load(x + j) - mean;
            square = fma_(d, d, square);
        }
        inverses[i] = 1.0f / __builtin_sqrtf(sum_lanes(square) * share + epsilon);
        for (size_t j = 0; j < width; j += WIDTH) {
            vec s = (load(x + j) - mean) * splat(inverses[i]);
            store(standardised + j, s);
            store(y + j, fma_(s, load(gain + j), load(bias + j)));
        }
    }
}

#define NORM_BLOCK 64 // rows whose sums are taken together before they are added

static void norm_backward(size_t rows, size_t width, const float *standardised, const float *inverses, const float *gain,
                          const float *dy, float *dx, int accumulate, float *gain_gradient, float *bias_gradient) {
    float share = 1.0f / (float)width;
    for (size_t row = 0; row < rows; row += NORM_BLOCK) {
        size_t end = rows - row < NORM_BLOCK ? rows : row + NORM_BLOCK;
        // Before dx is written, which may stand where dy does.
        for (size_t j = 0; j < width; j += WIDTH) {
            vec gains = splat(0), biases = splat(0);
            for (size_t i = row; i < end; i++) {
                vec d = load(dy + i * width + j);
                gains = fma_(d, load(standardised + i * width + j), gains);
                biases += d;
            }
            store(gain_gradient + j, load(gain_gradient + j) + gains);
            store(bias_gradient + j, load(bias_gradient + j) + biases);
        }
        for (size_t i = row; i < end; i++) {
            const float *s = standardised + i * width, *d = dy + i * width;
            vec sum = splat(0), along = splat(0);
            for (size_t j = 0; j < width; j += WIDTH) {
                vec scaled = load(d + j) * load(gain + j);
                sum += scaled;
                along = fma_(scaled, load(s + j), along);
            }
            vec mean = splat(sum_lanes(sum) * share), slope = splat(sum_lanes(along) * share), inverse = splat(inverses[i]);
            float *to = dx + i * width;
            for (size_t j = 0; j < width; j += WIDTH) {
                vec g = inverse * (load(d + j) * load(gain + j) - mean - load(s + j) * slope);
                store(to + j, accumulate ? load(to + j) + g : g);
            }
        }
    }
}

// GELU and its derivative share the error function: y = gelu(x), gradient *= gelu'(x).
INLINE vec gelu_again(vec x, vec *slope) {
    vec distribution = fma_(verf(x * splat(0.70710678118654752f)), splat(0.5f), splat(0.5f));
    *slope = fma_(x * splat(0.39894228040143268f), vexp(x * x * splat(-0.5f)), distribution);
    return x * distribution;
}

static void gelu_forward_backward(size_t n, const float *x, float *y, float *gradient) {
    size_t j = 0;
    vec slope;
    for (; j + WIDTH <= n; j += WIDTH) {
        store(y + j, gelu_again(load(x + j), &slope));
        store(gradient + j, load(gradient + j) * slope);
    }
    if (j == n) return;
    float lane[WIDTH] __attribute__((aligned(4 * WIDTH))) = {0}, slopes[WIDTH] __attribute__((aligned(4 * WIDTH)));
    memcpy(lane, x + j, (n - j) * sizeof(float));
    *(vec *)lane = gelu_again(*(vec *)lane, &slope);
    *(vec *)slopes = slope;
    for (size_t i = 0; j + i < n; i++) {
        y[j + i] = lane[i];
        gradient[j + i] *= slopes[i];
    }
}

// The larger of what stands and of x; once no number, so to the end.
INLINE vec rise(vec stands, vec x) { return choose(x == x, choose(x > stands, x, stands), x); }

static void relu_pool_4(size_t rows, size_t width, const float *x, float *y) {
    for (size_t i = 0; i < rows; i++, x += 4 * width, y += width)
        for (size_t j = 0; j < width; j += WIDTH) {
            vec top = rise(splat(0), load(x + j));
            UNROLL for (size_t k = 1; k < 4; k++) top = rise(top, load(x + k * width + j));
            store(y + j, top);
        }
}

static void relu_pool_4_backward(size_t rows, size_t width, const float *x, const float *y, const float *gradient,
                                 float *dx) {
    for (size_t i = 0; i < rows; i++, x += 4 * width, dx += 4 * width, y += width, gradient += width)
        for (size_t j = 0; j < width; j += WIDTH) {
            vec top = load(y + j), g = load(gradient + j);
            ivec open = (ivec)(top > splat(0));
            UNROLL for (size_t k = 0; k < 4; k++) {
                ivec hit = (ivec)(load(x + k * width + j) == top) & open;
                store(dx + k * width + j, choose(hit, g, splat(0)));
                open &= ~hit;
            }
        }
}

static void add(size_t n, const float *x, float *y) {
    size_t j = 0;
    for (; j + WIDTH <= n; j += WIDTH) store(y + j, load(y + j) + load(x + j));
    for (; j < n; j++) y[j] += x[j];
}

static void adam_w(size_t n, const tk_adam_w *s, const float *gradients, float *values, float *first, float *second) {
    const vec one = splat(1);
    for (size_t j = 0; j < n; j += WIDTH) {
        float lane[4][WIDTH] __attribute__((aligned(4 * WIDTH))) = {{0}};
        size_t present = n - j < WIDTH ? n - j : WIDTH;
        int whole = present == WIDTH;
        const float *g = gradients + j;
        float *x = values + j, *m = first + j, *v = second + j;
        if (!whole) {
            memcpy(lane[0], g, present * sizeof(float));
            memcpy(lane[1], x, present * sizeof(float));
            memcpy(lane[2], m, present * sizeof(float));
            memcpy(lane[3], v, present * sizeof(float));
            g = lane[0], x = lane[1], m = lane[2], v = lane[3];
        }
        vec slope = load(g) * splat(s->gradient_factor);
        vec mean = splat(s->beta1) * load(m) + (one - splat(s->beta1)) * slope;
        vec square = splat(s->beta2) * load(v) + (one - splat(s->beta2)) * slope * slope;
        vec denominator = __builtin_elementwise_sqrt(square / splat(s->second_correction)) + splat(s->epsilon);
        vec value = load(x);
        value -= splat(s->rate * s->decay) * value;
        value -= splat(s->rate) * (mean / splat(s->first_correction)) / denominator;
        store(m, mean);
        store(v, square);
        store(x, value);
        if (whole) continue;
        memcpy(values + j, x, present * sizeof(float));
        memcpy(first + j, m, present * sizeof(float));
        memcpy(second + j, v, present * sizeof(float));
    }
}
