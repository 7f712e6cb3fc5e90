#pragma once
#include <fitsio.h>

// cfitsio's names are macros that Swift does not see.
static inline int trifid_fits_open_image(fitsfile **file, const char *path, int *status) {
    return fits_open_image(file, path, READONLY, status);
}
static inline int trifid_fits_image_size(fitsfile *file, int most, int *dimensions, long *lengths, int *status) {
    fits_get_img_dim(file, dimensions, status);
    return fits_get_img_size(file, most, lengths, status);
}
static inline int trifid_fits_number(fitsfile *file, const char *key, double *value, int *status) {
    return fits_read_key(file, TDOUBLE, key, value, 0, status);
}
static inline int trifid_fits_text(fitsfile *file, const char *key, char *value, int *status) {
    return fits_read_key(file, TSTRING, key, value, 0, status);
}
static inline int trifid_fits_extension(fitsfile *file, const char *name, int *status) {
    return fits_movnam_hdu(file, IMAGE_HDU, (char *)name, 0, status);
}
// Numbers that stand for "no value" (BLANK, or NaN) come as NaN.
static inline int trifid_fits_floats(fitsfile *file, long first, long count, float *values, int *status) {
    float missing = __builtin_nanf("");
    int any = 0;
    return fits_read_img(file, TFLOAT, first + 1, count, &missing, values, &any, status);
}
static inline int trifid_fits_close(fitsfile *file) {
    int status = 0;
    return fits_close_file(file, &status);
}
static inline void trifid_fits_message(int status, char *text) { fits_get_errstatus(status, text); }
