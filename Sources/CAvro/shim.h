#pragma once
#include <avro.h>

// libavro's value functions are macros, which Swift does not import.

static inline avro_type_t trifid_avro_type(const avro_value_t *value) { return avro_value_get_type(value); }

static inline void trifid_avro_decref(avro_value_t *value) { avro_value_decref(value); }

static inline void trifid_avro_iface_decref(avro_value_iface_t *iface) { avro_value_iface_decref(iface); }

static inline int trifid_avro_get_boolean(const avro_value_t *value, int *out) {
    return avro_value_get_boolean(value, out);
}

static inline int trifid_avro_get_int(const avro_value_t *value, int32_t *out) { return avro_value_get_int(value, out); }

static inline int trifid_avro_get_long(const avro_value_t *value, int64_t *out) {
    return avro_value_get_long(value, out);
}

static inline int trifid_avro_get_float(const avro_value_t *value, float *out) { return avro_value_get_float(value, out); }

static inline int trifid_avro_get_double(const avro_value_t *value, double *out) {
    return avro_value_get_double(value, out);
}

static inline int trifid_avro_get_bytes(const avro_value_t *value, const void **bytes, size_t *size) {
    return avro_value_get_bytes(value, bytes, size);
}

static inline int trifid_avro_get_fixed(const avro_value_t *value, const void **bytes, size_t *size) {
    return avro_value_get_fixed(value, bytes, size);
}

static inline int trifid_avro_get_string(const avro_value_t *value, const char **text, size_t *size) {
    return avro_value_get_string(value, text, size);
}

static inline int trifid_avro_get_enum(const avro_value_t *value, int *out) { return avro_value_get_enum(value, out); }

static inline int trifid_avro_get_size(const avro_value_t *value, size_t *size) {
    return avro_value_get_size(value, size);
}

static inline int trifid_avro_get_by_index(
    const avro_value_t *value, size_t index, avro_value_t *child, const char **name
) {
    return avro_value_get_by_index(value, index, child, name);
}

static inline int trifid_avro_get_discriminant(const avro_value_t *value, int *out) {
    return avro_value_get_discriminant(value, out);
}

static inline int trifid_avro_get_current_branch(const avro_value_t *value, avro_value_t *branch) {
    return avro_value_get_current_branch(value, branch);
}

static inline int trifid_avro_reset(avro_value_t *value) { return avro_value_reset(value); }
