#include "CRE2.h"
#include <cstdio>
#include <cstring>
#include <new>
#include <re2/re2.h>

struct banyan_re2 {
    re2::RE2 expression;
    banyan_re2(const re2::StringPiece &pattern, const re2::RE2::Options &options) : expression(pattern, options) {}
};

extern "C" banyan_re2 *banyan_re2_new(
    const char *pattern, size_t length, size_t max_memory, char *error, size_t error_size) {
    re2::RE2::Options options;
    options.set_log_errors(false);
    options.set_max_mem(static_cast<int64_t>(max_memory));
    banyan_re2 *re = new (std::nothrow) banyan_re2(re2::StringPiece(pattern, length), options);
    if (re == nullptr) {
        if (error_size > 0) std::snprintf(error, error_size, "out of memory");
        return nullptr;
    }
    if (re->expression.ok()) return re;
    if (error_size > 0) std::snprintf(error, error_size, "%s", re->expression.error().c_str());
    delete re;
    return nullptr;
}

extern "C" void banyan_re2_free(banyan_re2 *re) { delete re; }

extern "C" bool banyan_re2_search(const banyan_re2 *re, const char *text, size_t length) {
    return re2::RE2::PartialMatch(re2::StringPiece(text, length), re->expression);
}

extern "C" const void *banyan_find(const void *whole, size_t length, const void *part, size_t part_length) {
    return memmem(whole, length, part, part_length);
}
