// Asks at /dev/lxd/sock and prints the whole answer:  call [--as NAME | --orphan] PATH
// --as: under a forged command line. --orphan: who connected has ended before the question is sent.
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

int main(int argc, char **argv) {
  if (argc == 4 && !strcmp(argv[1], "--as")) {
    char *forged[] = {argv[2], argv[3], 0};
    return execv("/proc/self/exe", forged), 1;
  }
  struct sockaddr_un to = {AF_UNIX, "/dev/lxd/sock"};
  int s = socket(AF_UNIX, SOCK_STREAM, 0), orphan = argc == 3;
  if (orphan) {
    pid_t child = fork();
    if (child == 0) _exit(connect(s, (void *)&to, sizeof to) ? 1 : 0);
    int status;
    waitpid(child, &status, 0);
    if (status) return 1;
  } else if (connect(s, (void *)&to, sizeof to)) {
    return perror("connect"), 1;
  }
  dprintf(s, "GET %s HTTP/1.1\r\nHost: lxd\r\nConnection: close\r\n\r\n", argv[argc - 1]);
  setvbuf(stdout, 0, _IONBF, 0);
  char piece[4096];
  ssize_t n;
  while ((n = read(s, piece, sizeof piece)) > 0) fwrite(piece, 1, n, stdout);
  return 0;
}
