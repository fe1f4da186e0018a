/* Records what a process writes below one directory, in order: preloaded into the real binary, so that
 * a test can lay the disk out as a power cut at any moment might have left it (replay.py).
 *
 *   DATASTACK_RECORD_ROOT  the directory;  DATASTACK_RECORD_LOG  where the record goes
 *
 * A record: u32 kind, u32 file id, u64 offset, u64 length, u32 path length, path, data. Kinds below.
 * Threads are ordered by one lock that is held over the call itself: what the record has before an
 * entry had really happened before it. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/uio.h>
#include <unistd.h>

enum { CREATE = 1, WRITE, SYNC, TRUNCATE, ALLOCATE, RENAME, UNLINK, MKDIR, RMDIR, SYNC_DIR };
enum { FD_MAX = 65536 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static int log_fd = -1;
static char root[PATH_MAX];
static size_t root_length;
static char *paths[FD_MAX]; /* of descriptors below the root */
static char is_directory[FD_MAX];
static pid_t owner;

#define REAL(name) static __typeof__(name) *real; if (!real) real = dlsym(RTLD_NEXT, #name)

static int (*real_open64)(const char *, int, ...);
static ssize_t (*real_write)(int, const void *, size_t);

static void start(void) {
    if (log_fd >= 0 || root_length) return;
    const char *directory = getenv("DATASTACK_RECORD_ROOT");
    const char *log = getenv("DATASTACK_RECORD_LOG");
    real_open64 = dlsym(RTLD_NEXT, "open64");
    real_write = dlsym(RTLD_NEXT, "write");
    if (!directory || !log) { root_length = 1; root[0] = '\0'; return; }
    if (!realpath(directory, root)) snprintf(root, sizeof root, "%s", directory);
    root_length = strlen(root);
    log_fd = real_open64(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    owner = getpid();
}

/* The path below the root, or null. */
static const char *below(const char *path, char *buffer) {
    start();
    if (log_fd < 0) return NULL;
    char absolute[PATH_MAX];
    if (path[0] == '/') snprintf(absolute, sizeof absolute, "%s", path);
    else if (getcwd(buffer, PATH_MAX)) snprintf(absolute, sizeof absolute, "%s/%s", buffer, path);
    else return NULL;
    /* "/./" and "//" as programs write them */
    char *out = buffer;
    for (const char *in = absolute; *in;) {
        if (in[0] == '/' && in[1] == '/') { in++; continue; }
        if (in[0] == '/' && in[1] == '.' && (in[2] == '/' || !in[2])) { in += 2; continue; }
        *out++ = *in++;
    }
    *out = '\0';
    if (strncmp(buffer, root, root_length) != 0) return NULL;
    if (buffer[root_length] != '/' && buffer[root_length] != '\0') return NULL;
    return buffer + root_length;
}

static void put(uint32_t kind, uint64_t offset, const char *path, const struct iovec *parts, int count) {
    if (getpid() != owner) return; /* forked children write nothing of ours */
    uint64_t length = 0;
    for (int i = 0; i < count; i++) length += parts[i].iov_len;
    const uint32_t path_length = (uint32_t)strlen(path);
    char head[28];
    memset(head, 0, sizeof head);
    memcpy(head, &kind, 4);
    memcpy(head + 8, &offset, 8);
    memcpy(head + 16, &length, 8);
    memcpy(head + 24, &path_length, 4);
    struct iovec all[2 + 64];
    all[0] = (struct iovec){head, sizeof head};
    all[1] = (struct iovec){(void *)path, path_length};
    for (int i = 0; i < count && i < 64; i++) all[2 + i] = parts[i];
    static ssize_t (*real_writev)(int, const struct iovec *, int);
    if (!real_writev) real_writev = dlsym(RTLD_NEXT, "writev");
    if (count > 64 || real_writev(log_fd, all, 2 + count) != (ssize_t)(sizeof head + path_length + length)) {
        static const char text[] = "recorder: the record is incomplete\n";
        real_write(2, text, sizeof text - 1);
        abort();
    }
}

static void remember(int fd, const char *path, int directory) {
    if (fd < 0 || fd >= FD_MAX) return;
    free(paths[fd]);
    paths[fd] = path ? strdup(path) : NULL;
    is_directory[fd] = (char)directory;
}

static const char *path_of(int fd) { return fd >= 0 && fd < FD_MAX ? paths[fd] : NULL; }

static int open_any(const char *path, int flags, mode_t mode) {
    char buffer[PATH_MAX];
    start();
    const char *inside = below(path, buffer);
    if (!inside) return real_open64(path, flags, mode);
    pthread_mutex_lock(&lock);
    struct stat before;
    const int existed = stat(path, &before) == 0;
    const int fd = real_open64(path, flags, mode);
    const int problem = errno;
    if (fd >= 0) {
        if (!existed) put(CREATE, 0, inside, NULL, 0);
        else if (flags & O_TRUNC) put(TRUNCATE, 0, inside, NULL, 0);
        remember(fd, inside, existed && S_ISDIR(before.st_mode));
    }
    pthread_mutex_unlock(&lock);
    errno = problem;
    return fd;
}

int open(const char *path, int flags, ...) {
    va_list rest; va_start(rest, flags);
    const mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open_any(path, flags, mode);
}
int open64(const char *path, int flags, ...) {
    va_list rest; va_start(rest, flags);
    const mode_t mode = flags & O_CREAT ? va_arg(rest, mode_t) : 0;
    va_end(rest);
    return open_any(path, flags, mode);
}
int close(int fd) {
    REAL(close);
    if (path_of(fd)) { pthread_mutex_lock(&lock); remember(fd, NULL, 0); pthread_mutex_unlock(&lock); }
    return real(fd);
}

static ssize_t done_write(int fd, uint64_t offset, const struct iovec *parts, int count, ssize_t done) {
    /* a short write: only what was written */
    struct iovec taken[64];
    ssize_t left = done;
    int used = 0;
    for (int i = 0; i < count && left > 0; i++) {
        taken[used] = parts[i];
        if ((ssize_t)taken[used].iov_len > left) taken[used].iov_len = (size_t)left;
        left -= (ssize_t)taken[used++].iov_len;
    }
    put(WRITE, offset, path_of(fd), taken, used);
    return done;
}

#define WRITING(name, type, call, offset, parts, count)                                       \
    if (!path_of(fd)) return call;                                                            \
    pthread_mutex_lock(&lock);                                                                \
    const uint64_t at = (uint64_t)(offset);                                                   \
    const ssize_t done = call;                                                                \
    const int problem = errno;                                                                \
    if (done > 0) done_write(fd, at, parts, count, done);                                     \
    pthread_mutex_unlock(&lock);                                                              \
    errno = problem;                                                                          \
    return done;

ssize_t pwrite(int fd, const void *bytes, size_t length, off_t offset) {
    REAL(pwrite);
    const struct iovec part = {(void *)bytes, length};
    WRITING(pwrite, off_t, real(fd, bytes, length, offset), offset, &part, 1)
}
ssize_t pwrite64(int fd, const void *bytes, size_t length, off64_t offset) {
    REAL(pwrite64);
    const struct iovec part = {(void *)bytes, length};
    WRITING(pwrite64, off64_t, real(fd, bytes, length, offset), offset, &part, 1)
}
ssize_t pwritev(int fd, const struct iovec *parts, int count, off_t offset) {
    REAL(pwritev);
    WRITING(pwritev, off_t, real(fd, parts, count, offset), offset, parts, count)
}
ssize_t pwritev64(int fd, const struct iovec *parts, int count, off64_t offset) {
    REAL(pwritev64);
    WRITING(pwritev64, off64_t, real(fd, parts, count, offset), offset, parts, count)
}
ssize_t write(int fd, const void *bytes, size_t length) {
    start();
    const struct iovec part = {(void *)bytes, length};
    WRITING(write, off_t, real_write(fd, bytes, length), lseek(fd, 0, SEEK_CUR), &part, 1)
}

static int synced(int fd, int (*call)(int)) {
    if (!path_of(fd)) return call(fd);
    pthread_mutex_lock(&lock);
    const int result = call(fd);
    const int problem = errno;
    if (result == 0) put(is_directory[fd] ? SYNC_DIR : SYNC, 0, path_of(fd), NULL, 0);
    pthread_mutex_unlock(&lock);
    errno = problem;
    return result;
}
int fdatasync(int fd) { REAL(fdatasync); return synced(fd, real); }
int fsync(int fd) { REAL(fsync); return synced(fd, real); }

static int sized(int fd, uint32_t kind, uint64_t size, int result) {
    const int problem = errno;
    if (result == 0) put(kind, size, path_of(fd), NULL, 0);
    errno = problem;
    return result;
}
int ftruncate(int fd, off_t size) {
    REAL(ftruncate);
    if (!path_of(fd)) return real(fd, size);
    pthread_mutex_lock(&lock);
    const int result = sized(fd, TRUNCATE, (uint64_t)size, real(fd, size));
    pthread_mutex_unlock(&lock);
    return result;
}
int ftruncate64(int fd, off64_t size) { return ftruncate(fd, (off_t)size); }
int fallocate(int fd, int mode, off_t offset, off_t length) {
    REAL(fallocate);
    if (!path_of(fd)) return real(fd, mode, offset, length);
    pthread_mutex_lock(&lock);
    int result = real(fd, mode, offset, length);
    if (mode == 0) result = sized(fd, ALLOCATE, (uint64_t)(offset + length), result);
    pthread_mutex_unlock(&lock);
    return result;
}
int fallocate64(int fd, int mode, off64_t offset, off64_t length) {
    return fallocate(fd, mode, (off_t)offset, (off_t)length);
}
int posix_fallocate(int fd, off_t offset, off_t length) {
    return fallocate(fd, 0, offset, length) == 0 ? 0 : errno;
}

int rename(const char *from, const char *to) {
    REAL(rename);
    char first[PATH_MAX], second[PATH_MAX];
    const char *a = below(from, first);
    const char *b = below(to, second);
    if (!a || !b) return real(from, to);
    pthread_mutex_lock(&lock);
    const int result = real(from, to);
    const int problem = errno;
    if (result == 0) {
        const struct iovec target = {(void *)b, strlen(b)};
        put(RENAME, 0, a, &target, 1);
        for (int fd = 0; fd < FD_MAX; fd++) { /* open files go with their name */
            if (paths[fd] && strcmp(paths[fd], a) == 0) remember(fd, b, is_directory[fd]);
        }
    }
    pthread_mutex_unlock(&lock);
    errno = problem;
    return result;
}

#define NAMED(name, kind, declaration, arguments)              \
    int name declaration {                                     \
        REAL(name);                                            \
        char buffer[PATH_MAX];                                 \
        const char *inside = below(path, buffer);              \
        if (!inside) return real arguments;                    \
        pthread_mutex_lock(&lock);                             \
        const int result = real arguments;                     \
        const int problem = errno;                             \
        if (result == 0) put(kind, 0, inside, NULL, 0);        \
        pthread_mutex_unlock(&lock);                           \
        errno = problem;                                       \
        return result;                                         \
    }
NAMED(unlink, UNLINK, (const char *path), (path))
NAMED(rmdir, RMDIR, (const char *path), (path))
NAMED(mkdir, MKDIR, (const char *path, mode_t mode), (path, mode))
