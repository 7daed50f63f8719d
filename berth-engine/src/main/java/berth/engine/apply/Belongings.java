package berth.engine.apply;

import berth.engine.record.Shelves;
import berth.model.Declared;
import berth.plan.Target;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a site owns on this host. */
final class Belongings {
    private final Shelves shelves;

    Belongings(Shelves shelves) {
        this.shelves = shelves;
    }

    /** One object of a site. */
    record Belonging(Target target, Declared declared) {}

    /** All objects of a site, those that left its files included, by kind and name. */
    List<Belonging> of(String site) {
        var found = new ArrayList<Belonging>();
        shelves.instances().all().forEach(it -> add(found, site, it.declared(), "instance", it.name()));
        shelves.profiles().all().forEach(it -> add(found, site, it.declared(), "profile", it.name()));
        shelves.aliases().all().forEach(it -> add(found, site, it.declared(), "image", it.name()));
        shelves.networks().all().forEach(it -> add(found, site, it.declared(), "network", it.name()));
        shelves.pools().all().forEach(it -> add(found, site, it.declared(), "pool", it.name()));
        add(found, site, shelves.settings().declared(), "server", "settings");
        return found;
    }

    private static void add(List<Belonging> to, String site, @Nullable Declared declared, String kind, Object name) {
        if (declared != null && declared.site().equals(site)) {
            to.add(new Belonging(new Target(kind, name.toString()), declared));
        }
    }
}
