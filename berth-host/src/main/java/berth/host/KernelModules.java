package berth.host;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** Modules of the host's kernel. */
public final class KernelModules {
    private static final Path LOADED = Path.of("/sys/module");
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_-]{0,63}");

    /** The module is neither loaded nor can it be. */
    public static final class Absent extends Exception {
        private static final long serialVersionUID = 1L;

        Absent(String text) {
            super(text);
        }
    }

    private KernelModules() {}

    /**
     * Loads a module, with those that it needs; one that is loaded or built in is left alone.
     *
     * @param name a plain name: no option, no path
     * @throws Absent what is missing
     */
    public static void load(String name) throws Absent {
        if (!NAME.matcher(name).matches()) {
            throw new Absent("\"" + name + "\" is no name of a kernel module");
        }
        if (Files.isDirectory(LOADED.resolve(name.replace('-', '_')))) {
            return;
        }
        Path modprobe = Program.find("modprobe")
                .orElseThrow(() -> new Absent("the module " + name
                        + " is not loaded, and modprobe is not installed; install the package kmod"));
        try {
            Program.of(modprobe.toString(), "--", name).must();
        } catch (Program.Failed failed) {
            throw new Absent("the kernel's module " + name + " cannot be loaded: " + failed.getMessage());
        }
    }
}
