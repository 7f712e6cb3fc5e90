#pragma once
// Debian's development package holds the library of single precision, whose scalar is the header's default.
#include <kissfft/kiss_fftr.h>
