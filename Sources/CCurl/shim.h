#include <curl/curl.h>

/* curl_easy_setopt and curl_easy_getinfo take arguments of any type, which Swift cannot call. */
static inline CURLcode syncd_curl_long(CURL *handle, CURLoption option, long value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode syncd_curl_size(CURL *handle, CURLoption option, curl_off_t value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode syncd_curl_text(CURL *handle, CURLoption option, const char *value) {
    return curl_easy_setopt(handle, option, value);
}
static inline CURLcode syncd_curl_pointer(CURL *handle, CURLoption option, void *value) {
    return curl_easy_setopt(handle, option, value);
}
typedef size_t (*syncd_curl_bytes)(char *, size_t, size_t, void *);
static inline CURLcode syncd_curl_function(CURL *handle, CURLoption option, syncd_curl_bytes value) {
    return curl_easy_setopt(handle, option, value);
}
static inline long syncd_curl_status(CURL *handle) {
    long status = 0;
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    return status;
}
/* Macros with casts, which Swift does not see. */
static const long syncd_curl_bearer = CURLAUTH_BEARER;
static const long syncd_curl_public_key = CURLSSH_AUTH_PUBLICKEY;
