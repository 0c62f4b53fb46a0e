/*
 * Answers the errors of a disk that fails to a process that is started with it (LD_PRELOAD), for names that hold a marker:
 * !stat !open !list !link !read !short (a read that ends too early), while the file that FAULTS names is there. ESTALE or
 * ELOOP behind the marker is that error, otherwise it is EIO. FAULTS_NOT_IN is part of the paths that are spared, and
 * FAULTS_IN part of those that are not.
 */
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static int bad(const char *path, const char *what) {
    if (path && getenv("FAULTS_IN") && !strstr(path, getenv("FAULTS_IN"))) return 0;
    if (path && getenv("FAULTS_NOT_IN") && strstr(path, getenv("FAULTS_NOT_IN"))) return 0;
    const char *at = path ? strstr(path, what) : NULL;
    /* Who calls through JNA takes any errno for a fault of the call. */
    int before = errno;
    if (!at || strchr(at, '/') || !getenv("FAULTS") || syscall(SYS_access, getenv("FAULTS"), F_OK)) {
        errno = before;
        return 0;
    }
    errno = strstr(at, "ESTALE") ? ESTALE : strstr(at, "ELOOP") ? ELOOP : EIO;
    return 1;
}
static int badfile(int fd, const char *what) {
    int before = errno;
    char link[64], path[8192];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t n = syscall(SYS_readlink, link, path, sizeof path - 1);
    if (n < 0) { errno = before; return 0; }
    path[n] = 0;
    return bad(path, what);
}
#define REAL(name) static __typeof__(&name) real; if (!real) real = dlsym(RTLD_NEXT, #name)
#define STAT(name) int name(const char *p, struct stat *s) { REAL(name); return bad(p, "!stat") ? -1 : real(p, s); }
#define STAT64(name) int name(const char *p, struct stat64 *s) { REAL(name); return bad(p, "!stat") ? -1 : real(p, s); }
STAT(stat) STAT(lstat) STAT64(stat64) STAT64(lstat64)
int fstatat(int d, const char *p, struct stat *s, int f) { REAL(fstatat); return bad(p, "!stat") ? -1 : real(d, p, s, f); }
int fstatat64(int d, const char *p, struct stat64 *s, int f) { REAL(fstatat64); return bad(p, "!stat") ? -1 : real(d, p, s, f); }
int statx(int d, const char *restrict p, int f, unsigned m, struct statx *restrict s) { REAL(statx); return bad(p, "!stat") ? -1 : real(d, p, f, m, s); }
#define OPEN(name) int name(const char *p, int f, ...) { REAL(name); va_list l; va_start(l, f); int m = va_arg(l, int); va_end(l); \
    return bad(p, "!open") ? -1 : real(p, f, m); }
OPEN(open) OPEN(open64)
#define OPENAT(name) int name(int d, const char *p, int f, ...) { REAL(name); va_list l; va_start(l, f); int m = va_arg(l, int); va_end(l); \
    return bad(p, "!open") ? -1 : real(d, p, f, m); }
OPENAT(openat) OPENAT(openat64)
ssize_t readlink(const char *p, char *b, size_t n) { REAL(readlink); return bad(p, "!link") ? -1 : real(p, b, n); }
static __thread int entries;
struct dirent *readdir(DIR *d) { REAL(readdir); return badfile(dirfd(d), "!list") && ++entries % 4 == 0 ? NULL : (errno = 0, real(d)); }
struct dirent64 *readdir64(DIR *d) { REAL(readdir64); return badfile(dirfd(d), "!list") && ++entries % 4 == 0 ? NULL : (errno = 0, real(d)); }
ssize_t read(int f, void *b, size_t n) { REAL(read); int e = errno; if (f > 2 && badfile(f, "!short")) return lseek(f, 0, SEEK_CUR) > 100000 ? 0 : real(f, b, n > 100000 ? 100000 : n); if (f > 2 && badfile(f, "!read")) return -1; errno = e; return real(f, b, n); }
ssize_t pread(int f, void *b, size_t n, off_t o) { REAL(pread); int e = errno; if (badfile(f, "!read")) return -1; errno = e; return real(f, b, n, o); }
ssize_t pread64(int f, void *b, size_t n, off64_t o) { REAL(pread64); int e = errno; if (badfile(f, "!short")) return o > 100000 ? 0 : real(f, b, n > 100000 ? 100000 : n, o); if (badfile(f, "!read")) return -1; errno = e; return real(f, b, n, o); }
