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
// A file of just this name, whatever characters are in it; it must not exist.
static inline int trifid_fits_create(fitsfile **file, const char *path, int *status) {
    return fits_create_diskfile(file, path, status);
}
static inline int trifid_fits_create_table(fitsfile *file, long rows, int columns, char **names, char **formats,
                                           const char *extension, int *status) {
    return fits_create_tbl(file, BINARY_TBL, rows, columns, names, formats, 0, extension, status);
}
static inline int trifid_fits_write_key(fitsfile *file, const char *key, const char *value, const char *comment,
                                        int *status) {
    return fits_write_key(file, TSTRING, key, (void *)value, comment, status);
}
// Rows and columns count from 1. A NaN is written as it is.
static inline int trifid_fits_write_floats(fitsfile *file, int column, long row, long count, float *values, int *status) {
    return fits_write_col(file, TFLOAT, column, row, 1, count, values, status);
}
static inline int trifid_fits_write_integer(fitsfile *file, int column, long row, int value, int *status) {
    return fits_write_col(file, TINT, column, row, 1, 1, &value, status);
}
static inline int trifid_fits_write_text(fitsfile *file, int column, long row, const char *value, int *status) {
    char *text = (char *)value;
    return fits_write_col(file, TSTRING, column, row, 1, 1, &text, status);
}
static inline int trifid_fits_close(fitsfile *file) {
    int status = 0;
    return fits_close_file(file, &status);
}
static inline void trifid_fits_message(int status, char *text) { fits_get_errstatus(status, text); }
