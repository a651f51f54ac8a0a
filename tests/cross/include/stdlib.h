/* What the C of our dependencies asks of this header; stands for the NDK's and the SDK's own, which are not here. */
#pragma once
#include <stddef.h>
void abort(void) __attribute__((noreturn));
