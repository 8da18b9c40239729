// CRC-32C (Castagnoli), with the processor's instruction where there is one.
#ifndef BANYAN_CCHECKSUM_H
#define BANYAN_CCHECKSUM_H
#include <stddef.h>
#include <stdint.h>
uint32_t banyan_crc32c(uint32_t crc, const void *bytes, size_t count);
#endif
