/* Makes keepalived believe in a kernel with IPVS, so that its checkers run where the kernel has none: what it asks of
   the table succeeds and does nothing. Evenkeel needs no such help, and programs no table there either. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <netinet/in.h>
#include <string.h>
#include <sys/socket.h>

/* IP_VS_BASE_CTL of linux/ip_vs.h and what follows it. */
enum { FIRST = 64 + 1024 + 64, LAST = FIRST + 63 };

static int is_ipvs(int level, int name)
{
    return level == IPPROTO_IP && name >= FIRST && name <= LAST;
}

int getsockopt(int socket, int level, int name, void *value, socklen_t *length)
{
    int (*real)(int, int, int, void *, socklen_t *) = dlsym(RTLD_NEXT, "getsockopt");
    if (!is_ipvs(level, name))
        return real(socket, level, name, value, length);
    memset(value, 0, *length);
    return 0;
}

int setsockopt(int socket, int level, int name, const void *value, socklen_t length)
{
    int (*real)(int, int, int, const void *, socklen_t) = dlsym(RTLD_NEXT, "setsockopt");
    return is_ipvs(level, name) ? 0 : real(socket, level, name, value, length);
}
