/*
 * A disk that can be slow, full, broken, or cut from its power, under one process: preload it (LD_PRELOAD) before Node.js.
 *
 *   POWER_FOLDER  files below this folder lie on that disk; others are left alone, and so are -shm files, which are memory
 *   POWER_CUT     cut the power before this write or flush, counted from 1
 *   POWER_KEEP    of what was not flushed, this share in per cent of the 512-byte sectors reaches the disk all the same; 0;
 *                 POWER_SEED chooses which
 *   POWER_SLOW    every flush takes this many milliseconds
 *   POWER_FAULT   path of a file: while its first letter is "w" writes fail with ENOSPC, while it is "f" flushes fail with EIO
 *   POWER_NOTES   path of a file that gets a line "<file> <begin> <end>" per flush, in nanoseconds of CLOCK_MONOTONIC
 *
 * What each write or truncation since the last flush of its file destroyed is kept in memory; the cut puts it back, newest first.
 * Only one thread at a time may write to the disk, and only through the functions below: the embedded store does.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>
struct undo { struct undo *older; off_t at; size_t size; char old[]; };
struct file { struct file *next; char *name; dev_t dev; ino_t ino; int fd; off_t flushed_size; struct undo *newest; };
static struct file *files;
static long calls;
static long setting(const char *name) { const char *text = getenv(name); return text ? atol(text) : 0; }
static void power_cut(void) {
  srandom((unsigned)setting("POWER_SEED"));
  for (struct file *f = files; f; f = f->next) {
    for (struct undo *u = f->newest; u; u = u->older)
      for (size_t done = 0, part; done < u->size; done += part) {
        part = 512 - (size_t)((u->at + (off_t)done) % 512);
        if (part > u->size - done) part = u->size - done;
        if (random() % 100 >= setting("POWER_KEEP")) syscall(SYS_pwrite64, f->fd, u->old + done, part, u->at + (off_t)done);
      }
    if (setting("POWER_KEEP") == 0) syscall(SYS_ftruncate, f->fd, f->flushed_size);
  }
  _exit(137);
}
/* The file behind a descriptor, when it lies on the disk. */
static struct file *on_disk(int fd) {
  char link[64], path[4096] = "";
  const char *folder = getenv("POWER_FOLDER");
  struct stat now;
  struct file *f;
  snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
  const ssize_t length = readlink(link, path, sizeof path - 1);
  if (!folder || length < 4 || strncmp(path, folder, strlen(folder)) || !strncmp(path + length - 4, "-shm", 4)) return NULL;
  if (fstat(fd, &now) || !S_ISREG(now.st_mode)) return NULL;
  for (f = files; f; f = f->next) if (f->dev == now.st_dev && f->ino == now.st_ino) return f;
  f = calloc(1, sizeof *f);
  /* Never closed: that would drop the locks which the process holds on the file. */
  *f = (struct file){files, strdup(path), now.st_dev, now.st_ino, open(link, O_RDWR), now.st_size, NULL};
  return files = f;
}

static char fault(void) {
  char letter = 0;
  const char *path = getenv("POWER_FAULT");
  int fd = path ? open(path, O_RDONLY) : -1;
  if (fd >= 0) { if (read(fd, &letter, 1) != 1) letter = 0; close(fd); }
  return letter;
}

static int before(struct file *f, char letter, int error) {
  if (f && ++calls == setting("POWER_CUT")) power_cut();
  if (!f || fault() != letter) return 0;
  errno = error;
  return -1;
}

static void keep(struct file *f, off_t at, size_t size) {
  struct undo *u = calloc(1, sizeof *u + size);
  *u = (struct undo){f->newest, at, size};
  if (pread(f->fd, u->old, size, at) < 0) abort();
  f->newest = u;
}

ssize_t pwrite64(int fd, const void *bytes, size_t size, off_t at) {
  struct file *f = on_disk(fd);
  if (before(f, 'w', ENOSPC)) return -1;
  if (f) keep(f, at, size);
  return syscall(SYS_pwrite64, fd, bytes, size, at);
}
ssize_t pwrite(int fd, const void *bytes, size_t size, off_t at) { return pwrite64(fd, bytes, size, at); }
int ftruncate64(int fd, off_t size) {
  struct file *f = on_disk(fd);
  struct stat now;
  if (before(f, 'w', ENOSPC)) return -1;
  if (f && !fstat(fd, &now) && now.st_size > size) keep(f, size, (size_t)(now.st_size - size));
  return (int)syscall(SYS_ftruncate, fd, size);
}
int ftruncate(int fd, off_t size) { return ftruncate64(fd, size); }
static void note(const char *name, const struct timespec *begin) {
  struct timespec end;
  clock_gettime(CLOCK_MONOTONIC, &end);
  int notes = open(getenv("POWER_NOTES"), O_WRONLY | O_CREAT | O_APPEND, 0600);
  dprintf(notes, "%s %lld%09ld %lld%09ld\n", name, (long long)begin->tv_sec, begin->tv_nsec, (long long)end.tv_sec, end.tv_nsec);
  close(notes);
}

static int flush(long call, int fd) {
  struct file *f = on_disk(fd);
  struct timespec begin, pause = {setting("POWER_SLOW") / 1000, setting("POWER_SLOW") % 1000 * 1000000};
  clock_gettime(CLOCK_MONOTONIC, &begin);
  if (before(f, 'f', EIO)) return -1;
  if (f) nanosleep(&pause, NULL);
  int result = (int)syscall(call, fd);
  if (!f || result) return result;
  for (struct undo *u = f->newest, *older; u; u = older) { older = u->older; free(u); }
  f->newest = NULL;
  f->flushed_size = lseek(f->fd, 0, SEEK_END);
  if (getenv("POWER_NOTES")) note(f->name, &begin);
  return result;
}
int fsync(int fd) { return flush(SYS_fsync, fd); }
int fdatasync(int fd) { return flush(SYS_fdatasync, fd); }
