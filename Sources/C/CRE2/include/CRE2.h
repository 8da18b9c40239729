// RE2 behind a C interface: regular expressions in linear time.
#ifndef BANYAN_CRE2_H
#define BANYAN_CRE2_H
#include <stddef.h>
#include <stdbool.h>
#ifdef __cplusplus
extern "C" {
#endif
typedef struct banyan_re2 banyan_re2;
// Null when the pattern is not valid; then `error` (of `error_size` bytes) holds a terminated message.
banyan_re2 *banyan_re2_new(const char *pattern, size_t length, size_t max_memory, char *error, size_t error_size);
void banyan_re2_free(banyan_re2 *re);
bool banyan_re2_search(const banyan_re2 *re, const char *text, size_t length);
// The first place of `part` in `whole`, in linear time; null when there is none.
const void *banyan_find(const void *whole, size_t length, const void *part, size_t part_length);
#ifdef __cplusplus
}
#endif
#endif
