package berth.host;

/** A system call that failed: which, on what, and the errno by name (errno(3)). */
public final class Errno extends RuntimeException {
    public static final int EPERM = 1;
    public static final int ENOENT = 2;
    public static final int ESRCH = 3;
    public static final int EINTR = 4;
    public static final int EIO = 5;
    public static final int EAGAIN = 11;
    public static final int EACCES = 13;
    public static final int EBUSY = 16;
    public static final int EEXIST = 17;
    public static final int ENODEV = 19;
    public static final int ENOTDIR = 20;
    public static final int EISDIR = 21;
    public static final int EINVAL = 22;
    public static final int ENOSPC = 28;
    public static final int ENOTEMPTY = 39;
    public static final int ELOOP = 40;
    public static final int ENOSYS = 38;

    private final int number;

    /** What was tried, and the number the kernel gave. */
    public Errno(String tried, int number) {
        super(tried + ": " + text(number));
        this.number = number;
    }

    /** The kernel's number. */
    public int number() {
        return number;
    }

    /** The kernel's reason alone, without what was tried: {@code EBUSY, device or resource busy}. */
    public String reason() {
        return text(number);
    }

    private static String text(int number) {
        String name = switch (number) {
            case EPERM -> "EPERM, operation not permitted";
            case ENOENT -> "ENOENT, no such file or directory";
            case ESRCH -> "ESRCH, no such process";
            case EINTR -> "EINTR, interrupted";
            case EIO -> "EIO, input/output error";
            case EAGAIN -> "EAGAIN, try again";
            case EACCES -> "EACCES, permission denied";
            case EBUSY -> "EBUSY, device or resource busy";
            case EEXIST -> "EEXIST, file exists";
            case ENODEV -> "ENODEV, no such device";
            case ENOTDIR -> "ENOTDIR, not a directory";
            case EISDIR -> "EISDIR, is a directory";
            case EINVAL -> "EINVAL, invalid argument";
            case ENOSPC -> "ENOSPC, no space left on device";
            case ENOTEMPTY -> "ENOTEMPTY, directory not empty";
            case ELOOP -> "ELOOP, a symbolic link is in the way";
            case ENOSYS -> "ENOSYS, this kernel lacks the call";
            case 7 -> "E2BIG, too many arguments";
            case 12 -> "ENOMEM, out of memory";
            case 23 -> "ENFILE, the whole host has too many files open";
            case 24 -> "EMFILE, too many files are open";
            case 31 -> "EMLINK, too many links";
            case 18 -> "EXDEV, another file system";
            case 26 -> "ETXTBSY, the program runs";
            case 27 -> "EFBIG, file too large";
            case 30 -> "EROFS, read-only file system";
            case 36 -> "ENAMETOOLONG, name too long";
            case 75 -> "EOVERFLOW, an id is not in the map";
            case 122 -> "EDQUOT, quota exceeded";
            default -> "errno " + number;
        };
        return name;
    }
}
