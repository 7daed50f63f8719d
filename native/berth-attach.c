/*
 * Runs one command inside a container, as lxc-attach would: in its control groups, all its namespaces, with its seccomp
 * policy, a user, a group and a directory of its own, and nothing of the host but the three streams.
 *
 *   berth-attach say=FILE pid=PID start=TICKS root=UID rootgroup=GID uid=UID gid=GID directory=PATH
 *       [group=DIRECTORY]... [unified=DIRECTORY] [env=NAME=VALUE]... -- COMMAND [ARGUMENT]...
 *
 * Exit code: the command's, 128+N when signal N ended it. When the command could not be started: 127 (not found), 126 (not
 * executable) or 125, and FILE says why, "exec ERRNO" or "STEP: REASON"; FILE stays empty otherwise. pid is the container's
 * PID 1, start when it started (field 22 of its stat): no other process is ever entered. root and rootgroup are what 0 is
 * in the container, as the host counts; uid and gid are as the container counts.
 *
 * Two processes. The outer one stays outside: it only sets which pid namespace its child is born into, and waits. The child
 * is moved, enters, and becomes the command.
 *
 * What the guest could do to it meanwhile, and why it cannot:
 * - The child is in the guest's pid namespace before it has become the guest's, so it can be seen there. It is not dumpable
 *   from the first line on, and belongs to the host's root, an id that the guest does not have: the guest can neither trace
 *   nor signal it, nor open its exe, its root, its descriptors or its memory below /proc (CVE-2016-9962, CVE-2019-5736).
 * - It is started from a sealed copy in memory, which nobody can write, whoever gets at it. It is static: nothing of the
 *   guest's is loaded into it. It takes the command's environment as arguments, so that no variable acts on itself.
 * - Every descriptor but 0 to 2 is closed or closed on exec, and after setns both root and working directory are the
 *   guest's (CVE-2024-21626). Paths of the host are opened before; afterwards only the directory and the command are looked
 *   up, with the guest's own rights.
 */
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <linux/audit.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/fsuid.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef __x86_64__
/* The seccomp policy below is written for x86_64; elsewhere the driver uses lxc-attach. */
int main(void) {
    return 125;
}
#else

enum { NOT_STARTED = 125, NOT_EXECUTABLE = 126, NOT_FOUND = 127, MOST_GROUPS = 32 };

static struct {
    const char *say, *directory, *unified;
    const char *groups[MOST_GROUPS];
    unsigned long pid, start, root, rootgroup, uid, gid;
    char **environment; /* allocated, ends with NULL */
    char **command;
} wanted = {.directory = "/"};

static int said = -1; /* where to say why nothing was started */
static size_t group_count;

static void say(const char *format, ...) __attribute__((format(printf, 1, 2)));

static void say(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    if (said >= 0) {
        (void)vdprintf(said, format, arguments);
    }
    va_end(arguments);
}

/* Ends this process; the reason is errno's. */
static _Noreturn void fail(const char *step) {
    say("%s: %s\n", step, strerror(errno));
    _exit(NOT_STARTED);
}

static _Noreturn void refuse(const char *why) {
    say("%s\n", why);
    _exit(NOT_STARTED);
}

/* ---- what was asked for ------------------------------------------------------------------------------------------ */

static unsigned long number(const char *text) {
    char *end;
    errno = 0;
    unsigned long value = strtoul(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || *text < '0' || *text > '9') {
        refuse("an argument is no number");
    }
    return value;
}

/* The value, if the word is NAME=VALUE. */
static const char *value(const char *word, const char *name) {
    size_t length = strlen(name);
    return strncmp(word, name, length) == 0 && word[length] == '=' ? word + length + 1 : NULL;
}

static void understand(int count, char **words) {
    const char *it;
    size_t variables = 0;
    wanted.environment = calloc((size_t)count + 1, sizeof(char *));
    if (wanted.environment == NULL) {
        fail("memory");
    }
    for (int i = 1; i < count; i++) {
        if (strcmp(words[i], "--") == 0) {
            wanted.command = words + i + 1;
            break;
        } else if ((it = value(words[i], "say"))) {
            said = open(it, O_WRONLY | O_APPEND | O_CLOEXEC | O_NOCTTY);
        } else if ((it = value(words[i], "pid"))) {
            wanted.pid = number(it);
        } else if ((it = value(words[i], "start"))) {
            wanted.start = number(it);
        } else if ((it = value(words[i], "root"))) {
            wanted.root = number(it);
        } else if ((it = value(words[i], "rootgroup"))) {
            wanted.rootgroup = number(it);
        } else if ((it = value(words[i], "uid"))) {
            wanted.uid = number(it);
        } else if ((it = value(words[i], "gid"))) {
            wanted.gid = number(it);
        } else if ((it = value(words[i], "directory"))) {
            wanted.directory = it;
        } else if ((it = value(words[i], "unified"))) {
            wanted.unified = it;
        } else if ((it = value(words[i], "group")) && group_count < MOST_GROUPS) {
            wanted.groups[group_count++] = it;
        } else if ((it = value(words[i], "env"))) {
            wanted.environment[variables++] = words[i] + sizeof("env=") - 1;
        } else {
            refuse("an argument was not understood");
        }
    }
    if (wanted.pid < 2 || wanted.pid > INT_MAX || wanted.root == 0 || wanted.rootgroup == 0) {
        refuse("only the PID 1 of a container with ids of its own can be entered");
    }
    if (wanted.command == NULL || wanted.command[0] == NULL || said < 0) {
        refuse("arguments are missing");
    }
}

/* ---- outside ------------------------------------------------------------------------------------------------------ */

/* Field 22 of /proc/PID/stat; 0 when it is gone. */
static unsigned long started(unsigned long pid) {
    char path[64], text[2048];
    (void)snprintf(path, sizeof path, "/proc/%lu/stat", pid);
    int file = open(path, O_RDONLY | O_CLOEXEC);
    ssize_t length = file < 0 ? -1 : read(file, text, sizeof text - 1);
    if (file >= 0) {
        close(file);
    }
    if (length <= 0) {
        return 0;
    }
    text[length] = '\0';
    char *at = strrchr(text, ')'); /* the name before it may hold anything */
    for (int field = 2; at != NULL && field < 22; field++) {
        at = strchr(at + 1, ' ');
    }
    return at == NULL ? 0 : strtoul(at + 1, NULL, 10);
}

/* Holds the very process that is meant, for as long as we have the descriptor. */
static int hold_init(void) {
    int init = (int)syscall(SYS_pidfd_open, (pid_t)wanted.pid, 0);
    if (init < 0 || started(wanted.pid) != wanted.start) {
        errno = ESRCH;
        fail("hold the container's PID 1");
    }
    return init;
}

static int procs(const char *directory) {
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/cgroup.procs", directory) >= (int)sizeof path) {
        refuse("the name of a control group is too long");
    }
    int file = open(path, O_WRONLY | O_CLOEXEC | O_NOFOLLOW);
    if (file < 0) {
        fail("open a control group");
    }
    return file;
}

/*
 * On the unified hierarchy a group that hands controllers on may hold no processes itself. So LXC puts what it attaches
 * into a group below, made by the guest's root, and so do we.
 */
static int unified_procs(void) {
    char path[PATH_MAX];
    if (snprintf(path, sizeof path, "%s/.lxc", wanted.unified) >= (int)sizeof path) {
        refuse("the name of a control group is too long");
    }
    setfsgid((gid_t)wanted.rootgroup);
    setfsuid((uid_t)wanted.root);
    int made = mkdir(path, 0755);
    int why = errno;
    setfsuid(0);
    setfsgid(0);
    if (made < 0 && why != EEXIST) {
        errno = why;
        fail("make a control group");
    }
    return procs(path);
}

/* ---- inside ------------------------------------------------------------------------------------------------------- */

#define WORD(field) BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, field))
#define ANSWER(what) BPF_STMT(BPF_RET | BPF_K, what)
#define UNLESS_EQUAL_SKIP(number, count) BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, number, 0, count)
#define LACKING(number) UNLESS_EQUAL_SKIP(number, 1), ANSWER(SECCOMP_RET_ERRNO | ENOSYS)
/* umount2(_, flags) with MNT_FORCE: five instructions, after which the number is loaded again by whoever needs it. */
#define NO_FORCED(number) \
    UNLESS_EQUAL_SKIP(number, 5), WORD(args[1]), BPF_STMT(BPF_ALU | BPF_AND | BPF_K, MNT_FORCE), \
        UNLESS_EQUAL_SKIP(MNT_FORCE, 1), ANSWER(SECCOMP_RET_ERRNO | EACCES), ANSWER(SECCOMP_RET_ALLOW)
#define X32 0x40000000u

/*
 * The driver's default policy (its class SeccompPolicy), as LXC's program has it: kexec_load, open_by_handle_at,
 * init_module, finit_module, delete_module are lacking, a forced umount is refused, in all three ABIs; a call of any other
 * ABI ends the thread. OwnAttachTest compares the verdicts with those of the program that LXC has put on PID 1.
 */
static struct sock_filter policy[] = {
    WORD(arch),
    UNLESS_EQUAL_SKIP(AUDIT_ARCH_X86_64, 34),
    WORD(nr),
    LACKING(246), LACKING(304), LACKING(175), LACKING(313), LACKING(176),
    LACKING(X32 + 528), LACKING(X32 + 304), LACKING(X32 + 175), LACKING(X32 + 313), LACKING(X32 + 176),
    NO_FORCED(166), NO_FORCED(X32 + 166),
    ANSWER(SECCOMP_RET_ALLOW),
    UNLESS_EQUAL_SKIP(AUDIT_ARCH_I386, 18),
    WORD(nr),
    LACKING(283), LACKING(342), LACKING(128), LACKING(350), LACKING(129),
    NO_FORCED(52),
    ANSWER(SECCOMP_RET_ALLOW),
    ANSWER(SECCOMP_RET_KILL_THREAD),
};

static void restrict_calls(void) {
    struct sock_fprog program = {.len = sizeof policy / sizeof policy[0], .filter = policy};
    if (syscall(SYS_seccomp, SECCOMP_SET_MODE_FILTER, 0, &program) < 0) {
        fail("load the seccomp policy");
    }
}

static void become(unsigned long uid, unsigned long gid) {
    if (setresgid((gid_t)gid, (gid_t)gid, (gid_t)gid) < 0 || setresuid((uid_t)uid, (uid_t)uid, (uid_t)uid) < 0) {
        fail("become the user");
    }
}

static _Noreturn void enter(int init, const int *groups, size_t count) {
    for (size_t i = 0; i < count; i++) {
        if (write(groups[i], "0", 1) != 1) {
            fail("join a control group");
        }
        close(groups[i]);
    }
    if (setns(init, CLONE_NEWUSER | CLONE_NEWNS | CLONE_NEWUTS | CLONE_NEWIPC | CLONE_NEWNET | CLONE_NEWCGROUP) < 0) {
        fail("enter the container");
    }
    close(init);
    if (setgroups(0, NULL) < 0) {
        fail("leave all groups");
    }
    become(0, 0);
    restrict_calls();
    if (chdir(wanted.directory) < 0 && chdir("/") < 0) {
        fail("go to the root directory");
    }
    become(wanted.uid, wanted.gid);
    environ = wanted.environment;
    execvp(wanted.command[0], wanted.command);
    int why = errno;
    say("exec %d\n", why);
    _exit(why == ENOENT ? NOT_FOUND : NOT_EXECUTABLE);
}

int main(int count, char **words) {
    if (prctl(PR_SET_DUMPABLE, 0) < 0 || close_range(3, ~0U, 0) < 0) {
        return NOT_STARTED;
    }
    understand(count, words);
    int init = hold_init();
    int groups[MOST_GROUPS + 1];
    size_t opened = 0;
    for (; opened < group_count; opened++) {
        groups[opened] = procs(wanted.groups[opened]);
    }
    if (wanted.unified != NULL) {
        groups[opened++] = unified_procs();
    }
    if (setns(init, CLONE_NEWPID) < 0) {
        fail("enter the container's pid namespace");
    }
    pid_t child = fork();
    if (child < 0) {
        fail("fork");
    }
    if (child == 0) {
        enter(init, groups, opened);
    }
    int status;
    while (waitpid(child, &status, 0) < 0) {
        if (errno != EINTR) {
            fail("wait for the command");
        }
    }
    return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
#endif
