package berth.cli;

import berth.client.Json;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * {@code berth import here}: a first file. On an empty host it asks for a pool, a network and the profile of ordinary guests; else
 * it asks for what is there already, and says how the site takes it over. Applies nothing.
 */
final class FirstFile implements Command {
    @Override
    public int run(Call call) throws IOException {
        Path file = Path.of(call.count() > 0 ? call.word(0) : "berth.yaml");
        if (Files.exists(file)) {
            throw new Usage(file + " is there already; berth plan " + file + " shows what it would do");
        }
        Json here = ImportSite.of(call, call.server());
        boolean empty = here.at("pools").fields().isEmpty()
                && here.at("networks").fields().isEmpty()
                && here.at("instances").fields().isEmpty();
        write(file, empty ? first(call) : Yaml.write(here));
        var adopt = new ArrayList<String>();
        for (String section : empty ? List.<String>of() : List.of("pools", "networks", "profiles", "instances")) {
            String kind = section.substring(0, section.length() - 1);
            here.at(section).fields().keySet().forEach(name -> adopt.add("--adopt " + kind + ":" + name));
        }
        call.say(file + " is written. Next: berth plan " + file + ", then: berth apply " + file
                + (adopt.isEmpty() ? "" : " " + String.join(" ", adopt)));
        return 0;
    }

    private static void write(Path file, String text) throws IOException {
        try {
            Files.writeString(file, text, java.nio.file.StandardOpenOption.CREATE_NEW);
        } catch (FileAlreadyExistsException _) {
            throw new Usage(file + " is there already");
        }
    }

    /** What LXD's own first dialogue makes, as a file. */
    private static String first(Call call) {
        return """
                berth: 1
                site: %s

                pools:
                  default: { driver: %s }
                networks:
                  br0: {}                      # a bridge; free subnets are picked, with DHCP, names and NAT
                profiles:
                  default:
                    devices:
                      root: { type: disk, path: /, pool: default }
                      eth0: { type: nic, network: br0, name: eth0 }

                # images:
                #   web: { build: debian/12, packages: [ nginx-light ] }
                # instances:
                #   web1: { image: web, memory: 1GiB }
                """.formatted(call.option("site", "home"), call.option("storage-backend", "dir"));
    }
}
