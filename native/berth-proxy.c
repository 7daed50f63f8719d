// berth-proxy: carries connections between a host and one guest, for a device of type proxy. It is started for one device,
// listens on one side, connects on the other, outlives the daemon and ends with the guest's first process.
//
//   berth-proxy ID PID TICKS SIDE HEADER UID GID MODE RUN_UID RUN_GID (LISTEN CONNECT)...
//
//   ID       names it, for whoever looks for it again; of no meaning here
//   PID      the guest's first process; TICKS its start (field 22 of /proc/PID/stat), so that no other is meant
//   SIDE     where it listens: host or instance
//   HEADER   1: each connection to a TCP server begins with a PROXY header, version 1
//   UID, GID, MODE          of a unix socket that is listened on; octal mode
//   RUN_UID, RUN_GID        what it runs as once it listens
//   LISTEN, CONNECT         tcp:ADDRESS:PORT, udp:ADDRESS:PORT (v6 in brackets), unix:/PATH, unix:@NAME
//
// It returns 0 once it listens, and goes on in the background; else it says why on standard error and returns 1. Paths on the
// guest's side are resolved by the kernel in the guest's root (openat2 with RESOLVE_IN_ROOT): no link leads out of it.
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <linux/capability.h>
#include <linux/openat2.h>
#include <linux/securebits.h>
#include <netinet/in.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/fsuid.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

enum { BUFFER = 32768, EVENTS = 64, DATAGRAM_SECONDS = 120, MOST_CLIENTS = 1024 };

static void die(const char *format, ...) __attribute__((format(printf, 1, 2), noreturn));
static void die(const char *format, ...) {
  va_list rest;
  va_start(rest, format);
  vfprintf(stderr, format, rest);
  va_end(rest);
  fputc('\n', stderr);
  exit(1);
}

// An address of either side.
struct address {
  int type;         // SOCK_STREAM or SOCK_DGRAM
  bool path;        // a unix socket with a name in the file system
  const char *text; // as it was given
  const char *name; // of such a unix socket
  struct sockaddr_storage to;
  socklen_t length;
};

static void parse(const char *text, struct address *into) {
  memset(into, 0, sizeof *into);
  into->text = text;
  into->type = strncmp(text, "udp:", 4) == 0 ? SOCK_DGRAM : SOCK_STREAM;
  if (strncmp(text, "unix:", 5) == 0) {
    const char *name = text + 5;
    struct sockaddr_un *un = (struct sockaddr_un *)&into->to;
    size_t length = strlen(name);
    if (length < 2 || length >= sizeof un->sun_path) die("%s: the name of a unix socket has 2 to %zu bytes", text, sizeof un->sun_path - 1);
    un->sun_family = AF_UNIX;
    if (name[0] == '@') {
      memcpy(un->sun_path + 1, name + 1, length - 1);
      into->length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    } else {
      into->path = true;
      into->name = name;
    }
    return;
  }
  if (strncmp(text, "tcp:", 4) != 0 && strncmp(text, "udp:", 4) != 0) die("%s: not tcp:, udp: or unix:", text);
  char host[64];
  const char *colon = strrchr(text, ':');
  size_t length = (size_t)(colon - text) - 4;
  if (colon - text < 4 || length >= sizeof host) die("%s: no address and port", text);
  memcpy(host, text + 4, length);
  host[length] = 0;
  char *end;
  unsigned long port = strtoul(colon + 1, &end, 10);
  if (*end || end == colon + 1 || port < 1 || port > 65535) die("%s: no port from 1 to 65535", text);
  struct sockaddr_in *v4 = (struct sockaddr_in *)&into->to;
  struct sockaddr_in6 *v6 = (struct sockaddr_in6 *)&into->to;
  if (host[0] == '[' && host[length - 1] == ']') {
    host[length - 1] = 0;
    if (inet_pton(AF_INET6, host + 1, &v6->sin6_addr) != 1) die("%s: not an IPv6 address", text);
    v6->sin6_family = AF_INET6;
    v6->sin6_port = htons((uint16_t)port);
    into->length = sizeof *v6;
  } else {
    if (inet_pton(AF_INET, host, &v4->sin_addr) != 1) die("%s: not an IPv4 address", text);
    v4->sin_family = AF_INET;
    v4->sin_port = htons((uint16_t)port);
    into->length = sizeof *v4;
  }
}

static int guest_root = -1; // held open where a side's paths are the guest's
static bool listens_inside;
static bool header;

// Opens what the path of a unix socket, or the directory it is in, leads to on its side.
static int resolve(bool inside, const char *path, uint64_t flags) {
  if (!inside) return open(path, (int)flags | O_PATH | O_CLOEXEC);
  struct open_how how = {.flags = flags | O_PATH | O_CLOEXEC, .resolve = RESOLVE_IN_ROOT | RESOLVE_NO_MAGICLINKS};
  return (int)syscall(SYS_openat2, guest_root, path, &how, sizeof how);
}

static void unix_address(int held, const char *name, struct sockaddr_un *un) {
  memset(un, 0, sizeof *un);
  un->sun_family = AF_UNIX;
  int length = name ? snprintf(un->sun_path, sizeof un->sun_path, "/proc/self/fd/%d/%s", held, name)
                    : snprintf(un->sun_path, sizeof un->sun_path, "/proc/self/fd/%d", held);
  if (length < 0 || (size_t)length >= sizeof un->sun_path) die("the name of a unix socket is too long");
}

// The directory and last name of a path.
static int parent_of(const struct address *it, const char **name) {
  char directory[sizeof(struct sockaddr_un)];
  const char *slash = strrchr(it->name, '/');
  if (!slash || !slash[1]) die("%s: not a path of a socket", it->text);
  size_t length = slash == it->name ? 1 : (size_t)(slash - it->name);
  memcpy(directory, it->name, length);
  directory[length] = 0;
  *name = slash + 1;
  int held = resolve(listens_inside, directory, O_DIRECTORY);
  if (held < 0) die("%s: open %s: %s", it->text, directory, strerror(errno));
  return held;
}

static int listen_on(const struct address *it, uid_t uid, gid_t gid, mode_t mode) {
  int fd = socket(it->path ? AF_UNIX : it->to.ss_family, it->type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) die("%s: socket: %s", it->text, strerror(errno));
  int one = 1;
  setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  if (it->to.ss_family == AF_INET6) setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &one, sizeof one);
  if (it->path) {
    const char *name;
    int held = parent_of(it, &name);
    struct sockaddr_un un;
    unix_address(held, name, &un);
    struct stat there;
    // A socket that a former one left there is replaced, nothing else is.
    if (fstatat(held, name, &there, AT_SYMLINK_NOFOLLOW) == 0 && S_ISSOCK(there.st_mode)) unlinkat(held, name, 0);
    setfsgid(gid); // whoever makes a file in a guest must be somebody there
    setfsuid(uid);
    mode_t before = umask(0777 & ~mode);
    if (bind(fd, (struct sockaddr *)&un, sizeof un) < 0) die("%s: listen: %s", it->text, strerror(errno));
    umask(before);
    setfsuid(0);
    setfsgid(0);
    close(held);
  } else if (bind(fd, (const struct sockaddr *)&it->to, it->length) < 0) {
    die("%s: listen: %s", it->text, strerror(errno));
  }
  if (it->type == SOCK_STREAM && listen(fd, 512) < 0) die("%s: listen: %s", it->text, strerror(errno));
  return fd;
}

static int connect_to(const struct address *it) {
  int fd = socket(it->path ? AF_UNIX : it->to.ss_family, it->type | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  int result;
  if (it->path) {
    int held = resolve(!listens_inside, it->name, 0);
    struct sockaddr_un un;
    if (held < 0) {
      close(fd);
      return -1;
    }
    unix_address(held, NULL, &un);
    result = connect(fd, (struct sockaddr *)&un, sizeof un);
    close(held);
  } else {
    result = connect(fd, (const struct sockaddr *)&it->to, it->length);
  }
  if (result < 0 && errno != EINPROGRESS) {
    close(fd);
    return -1;
  }
  return fd;
}

// What waits to go one way.
struct flow {
  char bytes[BUFFER];
  size_t from, to;
  bool ended; // nothing more comes
  bool shut;  // and that was passed on
};

struct pair;

// One end of a connection, or a listener; what an event is about.
struct end {
  enum { LISTENER, CLIENT, SERVER, GUEST } kind;
  int fd;
  struct pair *pair;
  const struct address *listen, *connect;
};

struct pair {
  struct end client, server;
  struct flow up, down;
  bool datagrams; // the client is an address of a datagram listener, which owns no descriptor
  struct sockaddr_storage peer;
  socklen_t peer_length;
  time_t used;
  bool gone;
  struct pair *next;
};

static int events = -1;
static struct pair *pairs;
static unsigned clients;

static time_t now(void) {
  struct timespec it;
  clock_gettime(CLOCK_MONOTONIC, &it);
  return it.tv_sec;
}

static void watch(struct end *it, uint32_t what, bool first) {
  struct epoll_event event = {.events = what, .data.ptr = it};
  epoll_ctl(events, first ? EPOLL_CTL_ADD : EPOLL_CTL_MOD, it->fd, &event);
}

static void drop(struct pair *it) {
  if (it->gone) return;
  it->gone = true;
  clients--;
  if (!it->datagrams) close(it->client.fd);
  close(it->server.fd);
}

static void sweep(void) {
  time_t before = now() - DATAGRAM_SECONDS;
  for (struct pair **at = &pairs; *at;) {
    struct pair *it = *at;
    if (!it->gone && it->datagrams && it->used < before) drop(it);
    if (it->gone) {
      *at = it->next;
      free(it);
    } else {
      at = &it->next;
    }
  }
}

// Takes what the one end has and gives it to the other; false when the pair is over.
static bool move(int from, int to, struct flow *flow) {
  for (;;) {
    if (flow->from == flow->to) {
      flow->from = flow->to = 0;
      if (flow->ended) {
        if (!flow->shut) {
          flow->shut = true;
          shutdown(to, SHUT_WR);
        }
        return true;
      }
      ssize_t n = read(from, flow->bytes, sizeof flow->bytes);
      if (n < 0) return errno == EAGAIN || errno == EINTR;
      if (n == 0) {
        flow->ended = true;
        continue;
      }
      flow->to = (size_t)n;
    }
    ssize_t n = send(to, flow->bytes + flow->from, flow->to - flow->from, MSG_NOSIGNAL);
    if (n < 0) return errno == EAGAIN || errno == EINTR || errno == ENOTCONN;
    flow->from += (size_t)n;
  }
}

static void refresh(struct pair *it) {
  // Read where there is room, write where something waits.
  uint32_t client = (it->up.from == it->up.to && !it->up.ended ? EPOLLIN : 0) | (it->down.from != it->down.to ? EPOLLOUT : 0);
  uint32_t server = (it->down.from == it->down.to && !it->down.ended ? EPOLLIN : 0) | (it->up.from != it->up.to ? EPOLLOUT : 0);
  if (!it->datagrams) watch(&it->client, client, false);
  watch(&it->server, server, false);
}

static void stream(struct pair *it) {
  if (!move(it->client.fd, it->server.fd, &it->up) || !move(it->server.fd, it->client.fd, &it->down)) {
    drop(it);
  } else if (it->up.shut && it->down.shut) {
    drop(it);
  } else {
    refresh(it);
  }
}

static void answer(struct pair *it) {
  char bytes[65536];
  for (;;) {
    ssize_t n = read(it->server.fd, bytes, sizeof bytes);
    if (n < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (n < 0 || (n == 0 && it->server.connect->type == SOCK_STREAM)) {
      drop(it);
      return;
    }
    it->used = now();
    sendto(it->client.fd, bytes, (size_t)n, MSG_NOSIGNAL, (struct sockaddr *)&it->peer, it->peer_length);
  }
}

static void greet(struct pair *it) {
  struct sockaddr_storage from = {0}, to = {0};
  socklen_t from_length = sizeof from, to_length = sizeof to;
  char a[INET6_ADDRSTRLEN] = "", b[INET6_ADDRSTRLEN] = "";
  unsigned from_port = 0, to_port = 0;
  bool v6 = false, known = false;
  if (getpeername(it->client.fd, (struct sockaddr *)&from, &from_length) == 0 &&
      getsockname(it->client.fd, (struct sockaddr *)&to, &to_length) == 0) {
    if (from.ss_family == AF_INET) {
      struct sockaddr_in *x = (struct sockaddr_in *)&from, *y = (struct sockaddr_in *)&to;
      inet_ntop(AF_INET, &x->sin_addr, a, sizeof a);
      inet_ntop(AF_INET, &y->sin_addr, b, sizeof b);
      from_port = ntohs(x->sin_port);
      to_port = ntohs(y->sin_port);
      known = true;
    } else if (from.ss_family == AF_INET6) {
      struct sockaddr_in6 *x = (struct sockaddr_in6 *)&from, *y = (struct sockaddr_in6 *)&to;
      inet_ntop(AF_INET6, &x->sin6_addr, a, sizeof a);
      inet_ntop(AF_INET6, &y->sin6_addr, b, sizeof b);
      from_port = ntohs(x->sin6_port);
      to_port = ntohs(y->sin6_port);
      known = v6 = true;
    }
  }
  int length = known ? snprintf(it->up.bytes, sizeof it->up.bytes, "PROXY TCP%c %s %s %u %u\r\n", v6 ? '6' : '4', a, b, from_port, to_port)
                     : snprintf(it->up.bytes, sizeof it->up.bytes, "PROXY UNKNOWN\r\n");
  it->up.to = (size_t)length;
}

static struct pair *begin(struct end *listener, int client, bool datagrams) {
  int server = clients < MOST_CLIENTS ? connect_to(listener->connect) : -1;
  struct pair *it = server < 0 ? NULL : calloc(1, sizeof *it);
  if (!it) {
    if (server >= 0) close(server);
    if (!datagrams) close(client);
    return NULL;
  }
  it->client = (struct end){.kind = CLIENT, .fd = client, .pair = it, .listen = listener->listen, .connect = listener->connect};
  it->server = (struct end){.kind = SERVER, .fd = server, .pair = it, .listen = listener->listen, .connect = listener->connect};
  it->datagrams = datagrams;
  it->used = now();
  it->next = pairs;
  pairs = it;
  clients++;
  if (header && listener->connect->type == SOCK_STREAM) greet(it);
  if (!datagrams) watch(&it->client, EPOLLIN, true);
  watch(&it->server, datagrams ? EPOLLIN : EPOLLIN | EPOLLOUT, true);
  return it;
}

static void accept_from(struct end *listener) {
  if (listener->listen->type == SOCK_STREAM) {
    int client = accept4(listener->fd, NULL, NULL, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (client >= 0) begin(listener, client, false);
    return;
  }
  char bytes[65536];
  struct sockaddr_storage peer;
  for (;;) {
    socklen_t length = sizeof peer;
    memset(&peer, 0, sizeof peer);
    ssize_t n = recvfrom(listener->fd, bytes, sizeof bytes, 0, (struct sockaddr *)&peer, &length);
    if (n < 0) return;
    struct pair *it = pairs;
    while (it && (it->gone || !it->datagrams || it->client.fd != listener->fd || it->peer_length != length || memcmp(&it->peer, &peer, length) != 0)) it = it->next;
    if (!it) it = begin(listener, listener->fd, true);
    if (!it) continue;
    it->peer = peer;
    it->peer_length = length;
    it->used = now();
    if (send(it->server.fd, bytes, (size_t)n, MSG_NOSIGNAL) < 0 && errno != EAGAIN && errno != ECONNREFUSED) drop(it);
  }
}

static void serve(struct end *listeners, size_t count, int guest) {
  events = epoll_create1(EPOLL_CLOEXEC);
  struct end ending = {.kind = GUEST, .fd = guest};
  watch(&ending, EPOLLIN, true);
  for (size_t i = 0; i < count; i++) watch(&listeners[i], EPOLLIN, true);
  for (;;) {
    struct epoll_event ready[EVENTS];
    int n = epoll_wait(events, ready, EVENTS, 10000);
    for (int i = 0; i < n; i++) {
      struct end *it = ready[i].data.ptr;
      if (it->kind == GUEST) exit(0);
      if (it->kind == LISTENER) {
        accept_from(it);
      } else if (!it->pair->gone) {
        if (it->pair->datagrams) answer(it->pair);
        else if (ready[i].events & EPOLLERR) drop(it->pair);
        else stream(it->pair);
      }
    }
    sweep(); // frees what ended only now: no event of this round may still mean it
  }
}

static unsigned long number(const char *text, int base) {
  char *end;
  errno = 0;
  unsigned long value = strtoul(text, &end, base);
  if (errno || *end || end == text) die("%s: not a number", text);
  return value;
}

static unsigned long long start_of(unsigned long pid) {
  char path[64], text[1024];
  snprintf(path, sizeof path, "/proc/%lu/stat", pid);
  FILE *file = fopen(path, "re");
  size_t n = file ? fread(text, 1, sizeof text - 1, file) : 0;
  if (file) fclose(file);
  text[n] = 0;
  char *at = strrchr(text, ')');
  for (int field = 2; at && field < 22; field++) at = strchr(at + 1, ' ');
  return at ? strtoull(at + 1, NULL, 10) : 0;
}

static int open_of(unsigned long pid, const char *what, int flags) {
  char path[64];
  snprintf(path, sizeof path, "/proc/%lu/%s", pid, what);
  int fd = open(path, flags | O_CLOEXEC);
  if (fd < 0) die("open %s: %s", path, strerror(errno));
  return fd;
}

static void give_up_powers(uid_t uid, gid_t gid, bool paths) {
  if (uid || gid) {
    if (setgroups(0, NULL) < 0 || setresgid(gid, gid, gid) < 0 || setresuid(uid, uid, uid) < 0) die("run as %u:%u: %s", uid, gid, strerror(errno));
  }
  // To reach a socket by its path it may need to pass where only root may; nothing else is kept.
  struct __user_cap_header_struct head = {.version = _LINUX_CAPABILITY_VERSION_3};
  struct __user_cap_data_struct data[2] = {{0}};
  if (paths && !uid) data[0].effective = data[0].permitted = 1u << CAP_DAC_OVERRIDE;
  if (syscall(SYS_capset, &head, data) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0) die("give up powers: %s", strerror(errno));
}

int main(int argc, char **argv) {
  if (argc < 13 || (argc - 11) % 2 != 0) die("usage: berth-proxy ID PID TICKS SIDE HEADER UID GID MODE RUN_UID RUN_GID (LISTEN CONNECT)...");
  unsigned long pid = number(argv[2], 10);
  listens_inside = strcmp(argv[4], "instance") == 0;
  header = strcmp(argv[5], "1") == 0;
  size_t count = (size_t)(argc - 11) / 2;
  struct address *addresses = calloc(count * 2, sizeof *addresses);
  struct end *listeners = calloc(count, sizeof *listeners);
  if (!addresses || !listeners) die("no memory");
  for (size_t i = 0; i < count * 2; i++) parse(argv[11 + i], &addresses[i]);

  // Making a socket as somebody else must not cost the right to make it where only root may.
  if (prctl(PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP, 0, 0, 0) < 0) die("keep powers: %s", strerror(errno));
  int guest = (int)syscall(SYS_pidfd_open, (pid_t)pid, 0);
  if (guest < 0) die("process %lu of the guest: %s", pid, strerror(errno));
  int inside = open_of(pid, "ns/net", O_RDONLY), outside = open_of(getpid() > 0 ? (unsigned long)getpid() : 0, "ns/net", O_RDONLY);
  guest_root = open_of(pid, "root", O_PATH | O_DIRECTORY);
  if (start_of(pid) != strtoull(argv[3], NULL, 10)) die("process %lu is not the guest's any more", pid);

  if (setns(listens_inside ? inside : outside, CLONE_NEWNET) < 0) die("enter the network to listen in: %s", strerror(errno));
  bool paths = false;
  for (size_t i = 0; i < count; i++) {
    struct address *listen = &addresses[2 * i], *connect = &addresses[2 * i + 1];
    int fd = listen_on(listen, (uid_t)number(argv[6], 10), (gid_t)number(argv[7], 10), (mode_t)number(argv[8], 8));
    listeners[i] = (struct end){.kind = LISTENER, .fd = fd, .listen = listen, .connect = connect};
    paths |= connect->path;
  }
  if (setns(listens_inside ? outside : inside, CLONE_NEWNET) < 0) die("enter the network to connect in: %s", strerror(errno));
  close(inside);
  close(outside);

  pid_t child = fork();
  if (child < 0) die("fork: %s", strerror(errno));
  if (child > 0) _exit(0); // it listens already: whoever asked may go on
  setsid();
  if (chdir("/") < 0) return 1;
  give_up_powers((uid_t)number(argv[9], 10), (gid_t)number(argv[10], 10), paths);
  int null = open("/dev/null", O_RDWR);
  for (int fd = 0; fd < 3 && null >= 0; fd++) dup2(null, fd);
  signal(SIGPIPE, SIG_IGN);
  prctl(PR_SET_NAME, "berth-proxy", 0, 0, 0);
  serve(listeners, count, guest);
}
