package berth.rest;

import berth.engine.instance.GuestTree;
import berth.engine.instance.GuestTree.Attributes;
import berth.engine.instance.GuestTree.Failed;
import berth.engine.instance.InstanceFiles;
import berth.model.Instance;
import berth.model.Refused;
import berth.rest.SftpPacket.Outgoing;
import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Speaks SFTP, version 3, of an instance's files. What has come in is answered at once on one view of the files, and nothing
 * of them is held while the client is quiet: it may keep a mount for weeks and the instance start, stop and go meanwhile. A
 * handle is a name for a file, looked up again for each such turn, and only good while that very file lies there.
 */
final class SftpSession {
    private static final int OPENED_AT_ONCE = 1024;
    private static final int ANSWERED_AT_ONCE = 32;
    private static final int LONGEST_READ = 256 << 10;
    private static final int NAMES_AT_ONCE = 100;
    private static final DateTimeFormatter DATE =
            DateTimeFormatter.ofPattern("MMM dd  yyyy", Locale.ROOT).withZone(ZoneOffset.UTC);

    private static final int OK = 0;
    private static final int EOF = 1;
    private static final int NO_SUCH_FILE = 2;
    private static final int PERMISSION_DENIED = 3;
    private static final int FAILURE = 4;
    private static final int BAD_MESSAGE = 5;
    private static final int UNSUPPORTED = 8;

    private static final int VERSION = 2;
    private static final int STATUS = 101;
    private static final int HANDLE = 102;
    private static final int DATA = 103;
    private static final int NAME = 104;
    private static final int ATTRS = 105;
    private static final int EXTENDED_REPLY = 201;

    /** What a handle stands for. */
    private sealed interface Held {
        record OfFile(GuestTree.Opened file) implements Held {}

        /** With the names that were not told yet. */
        record OfDirectory(String path, Deque<String> names) implements Held {}
    }

    /** A handle that there is not, or may not be any more of. */
    private static final class NoHandle extends RuntimeException {
        private static final long serialVersionUID = 1;

        NoHandle(String why) {
            super(why, null, false, false);
        }
    }

    private final InstanceFiles files;
    private final Instance instance;
    private final Map<String, Held> handles = new HashMap<>();
    private int lastHandle;

    SftpSession(InstanceFiles files, Instance instance) {
        this.files = files;
        this.instance = instance;
    }

    /** Answers until the client has no more to say. */
    void talk(InputStream in, OutputStream out) throws IOException {
        SftpPacket first = SftpPacket.next(in);
        if (first == null || first.type() != 1) {
            throw new IOException("SFTP begins with its version");
        }
        send(
                List.of(new Outgoing(VERSION)
                        .number(3)
                        .text("hardlink@openssh.com")
                        .text("1")
                        .text("posix-rename@openssh.com")
                        .text("1")
                        .text("statvfs@openssh.com")
                        .text("2")),
                out);
        for (SftpPacket next = SftpPacket.next(in); next != null; ) {
            List<SftpPacket> asked = new ArrayList<>(List.of(next));
            next = null;
            while (asked.size() < ANSWERED_AT_ONCE && in.available() > 0) {
                SftpPacket more = SftpPacket.next(in);
                if (more == null) {
                    break;
                }
                asked.add(more);
            }
            send(answers(asked), out);
            next = SftpPacket.next(in);
        }
    }

    private static void send(List<Outgoing> answers, OutputStream out) throws IOException {
        var all = new ByteArrayOutputStream();
        for (Outgoing answer : answers) {
            answer.writeTo(new DataOutputStream(all));
        }
        out.write(all.toByteArray());
    }

    private List<Outgoing> answers(List<SftpPacket> asked) {
        var answers = new ArrayList<Outgoing>();
        var numbers = new ArrayList<Integer>();
        try {
            asked.forEach(it -> numbers.add(it.number()));
            files.together(instance, tree -> {
                for (int i = 0; i < asked.size(); i++) {
                    answers.add(answer(tree, asked.get(i), numbers.get(i)));
                }
            });
        } catch (Refused refused) { // it is gone, or stops just now
            for (int i = answers.size(); i < asked.size(); i++) {
                answers.add(status(numbers.get(i), FAILURE, refused.problem().text()));
            }
        }
        return answers;
    }

    private Outgoing answer(GuestTree tree, SftpPacket asked, int number) {
        try {
            return answered(tree, asked, number);
        } catch (Failed failed) {
            int code = switch (failed.trouble()) {
                case NOTHING_THERE -> NO_SUCH_FILE;
                case NOT_ALLOWED -> PERMISSION_DENIED;
                case OTHER -> FAILURE;
            };
            return status(number, code, failed.why());
        } catch (NoHandle refused) {
            return status(number, FAILURE, refused.getMessage() + "");
        } catch (SftpPacket.Malformed malformed) {
            return status(number, BAD_MESSAGE, malformed.getMessage() + "");
        }
    }

    private Outgoing answered(GuestTree tree, SftpPacket asked, int number) {
        return switch (asked.type()) {
            case 3 -> open(tree, asked, number);
            case 4 -> close(asked, number);
            case 5 -> read(tree, asked, number);
            case 6 -> {
                GuestTree.Opened file = file(asked);
                tree.write(file, asked.large(), asked.bytes());
                yield done(number);
            }
            case 7 -> attributes(number, tree.look(path(asked), false));
            case 8 -> attributes(number, tree.look(file(asked)));
            case 9 -> {
                tree.change(path(asked), change(asked));
                yield done(number);
            }
            case 10 -> {
                tree.change(file(asked), change(asked));
                yield done(number);
            }
            case 11 -> {
                String path = path(asked);
                yield handle(number, new Held.OfDirectory(path, new ArrayDeque<>(tree.names(path))));
            }
            case 12 -> readDirectory(tree, asked, number);
            case 13 -> {
                tree.remove(path(asked));
                yield done(number);
            }
            case 14 -> {
                String path = path(asked);
                tree.makeDirectory(path, permissions(asked, 0755));
                yield done(number);
            }
            case 15 -> {
                tree.removeDirectory(path(asked));
                yield done(number);
            }
            case 16 -> {
                String path = path(asked);
                yield new Outgoing(NAME)
                        .number(number)
                        .number(1)
                        .text(path)
                        .text(path)
                        .number(0);
            }
            case 17 -> attributes(number, tree.look(path(asked), true));
            case 18 -> {
                tree.rename(path(asked), path(asked), false);
                yield done(number);
            }
            case 19 -> {
                String target = tree.target(path(asked));
                yield new Outgoing(NAME)
                        .number(number)
                        .number(1)
                        .text(target)
                        .text(target)
                        .number(0);
            }
            case 20 -> { // OpenSSH sends the target first, against the draft, and so do all others
                String target = asked.text();
                tree.makeLink(path(asked), target);
                yield done(number);
            }
            case 200 -> extended(tree, asked, number);
            default -> status(number, UNSUPPORTED, "not of SFTP version 3");
        };
    }

    private Outgoing open(GuestTree tree, SftpPacket asked, int number) {
        String path = path(asked);
        int flags = asked.number();
        boolean append = (flags & 4) != 0;
        var how = new GuestTree.How(
                (flags & 1) != 0,
                (flags & 2) != 0 || append,
                append,
                (flags & 8) != 0,
                (flags & 32) != 0,
                (flags & 16) != 0);
        checkHandles();
        return handle(number, new Held.OfFile(tree.open(path, how, permissions(asked, 0644))));
    }

    private Outgoing close(SftpPacket asked, int number) {
        return handles.remove(asked.text()) == null ? status(number, FAILURE, "no such handle") : done(number);
    }

    private Outgoing read(GuestTree tree, SftpPacket asked, int number) {
        GuestTree.Opened file = file(asked);
        long place = asked.large();
        int length = (int) Math.min(asked.unsigned(), LONGEST_READ);
        var bytes = tree.read(file, place, length);
        return !bytes.hasRemaining() && length > 0
                ? status(number, EOF, "end of file")
                : new Outgoing(DATA).number(number).bytes(bytes);
    }

    private Outgoing readDirectory(GuestTree tree, SftpPacket asked, int number) {
        if (!(handles.get(asked.text()) instanceof Held.OfDirectory(String path, Deque<String> names))) {
            return status(number, FAILURE, "no handle of a directory");
        }
        var entries = new Outgoing(NAME).number(number);
        var listed = new ArrayList<Map.Entry<String, Attributes>>();
        while (listed.size() < NAMES_AT_ONCE && !names.isEmpty()) {
            String one = names.pop();
            try {
                listed.add(Map.entry(one, tree.look((path.equals("/") ? "" : path) + "/" + one, false)));
            } catch (Failed gone) {
                // since it was listed
            }
        }
        if (listed.isEmpty()) {
            return status(number, EOF, "end of the directory");
        }
        entries.number(listed.size());
        listed.forEach(it -> put(entries.text(it.getKey()).text(line(it.getKey(), it.getValue())), it.getValue()));
        return entries;
    }

    private Outgoing extended(GuestTree tree, SftpPacket asked, int number) {
        return switch (asked.text()) {
            case "posix-rename@openssh.com" -> {
                tree.rename(path(asked), path(asked), true);
                yield done(number);
            }
            case "hardlink@openssh.com" -> {
                tree.addName(path(asked), path(asked));
                yield done(number);
            }
            case "statvfs@openssh.com" -> {
                var space = tree.space(path(asked));
                yield new Outgoing(EXTENDED_REPLY)
                        .number(number)
                        .large(4096)
                        .large(4096)
                        .large(space.totalBytes() / 4096)
                        .large(space.freeBytes() / 4096)
                        .large(space.freeBytes() / 4096)
                        .large(space.totalInodes())
                        .large(space.freeInodes())
                        .large(space.freeInodes())
                        .large(0)
                        .large(0)
                        .large(255);
            }
            case String _ -> status(number, UNSUPPORTED, "an extension that was not announced");
        };
    }

    private void checkHandles() {
        if (handles.size() >= OPENED_AT_ONCE) {
            throw new NoHandle("too many files are open");
        }
    }

    private Outgoing handle(int number, Held held) {
        checkHandles();
        String handle = Integer.toString(++lastHandle);
        handles.put(handle, held);
        return new Outgoing(HANDLE).number(number).text(handle);
    }

    private GuestTree.Opened file(SftpPacket asked) {
        if (handles.get(asked.text()) instanceof Held.OfFile(GuestTree.Opened file)) {
            return file;
        }
        throw new NoHandle("no handle of a file");
    }

    /** A path as text alone: links are the kernel's to follow. */
    private static String path(SftpPacket asked) {
        var parts = new ArrayDeque<String>();
        String text = asked.text();
        for (String part : text.split("/")) {
            switch (part) {
                case "", "." -> {}
                case ".." -> parts.pollLast();
                default -> parts.add(part);
            }
        }
        return "/" + String.join("/", parts);
    }

    private static GuestTree.Change change(SftpPacket asked) {
        int flags = asked.number();
        Long size = (flags & 1) != 0 ? asked.large() : null;
        var owners = (flags & 2) != 0 ? new GuestTree.Owners(asked.unsigned(), asked.unsigned()) : null;
        Integer permissions = (flags & 4) != 0 ? asked.number() & 07777 : null;
        var times = (flags & 8) != 0 ? new GuestTree.Times(asked.unsigned(), asked.unsigned()) : null;
        return new GuestTree.Change(size, owners, permissions, times);
    }

    private static int permissions(SftpPacket asked, int otherwise) {
        Integer given = change(asked).permissions();
        return given == null ? otherwise : given;
    }

    private static Outgoing done(int number) {
        return status(number, OK, "");
    }

    private static Outgoing status(int number, int code, String text) {
        return new Outgoing(STATUS).number(number).number(code).text(text).text("");
    }

    private static Outgoing attributes(int number, Attributes attributes) {
        return put(new Outgoing(ATTRS).number(number), attributes);
    }

    private static Outgoing put(Outgoing into, Attributes it) {
        long modified = it.modified().getEpochSecond();
        return into.number(1 | 2 | 4 | 8)
                .large(it.size())
                .number(it.uid())
                .number(it.gid())
                .number(it.mode())
                .number(modified)
                .number(modified);
    }

    /** As {@code ls -l} has it; clients show it to people. */
    private static String line(String name, Attributes it) {
        char type = switch (it.mode() & 0170000) {
            case 0040000 -> 'd';
            case 0120000 -> 'l';
            case 0060000 -> 'b';
            case 0020000 -> 'c';
            case 0010000 -> 'p';
            case 0140000 -> 's';
            default -> '-';
        };
        var bits = new StringBuilder().append(type);
        for (int bit = 8; bit >= 0; bit--) {
            bits.append((it.mode() >> bit & 1) == 0 ? '-' : "xwr".charAt(bit % 3));
        }
        return "%s %4d %-8d %-8d %8d %s %s"
                .formatted(bits, it.links(), it.uid(), it.gid(), it.size(), DATE.format(it.modified()), name);
    }
}
