package berth.engine.apply;

import berth.engine.record.ServerSettings;
import berth.engine.record.Shelves;
import berth.engine.record.Turns;
import berth.model.ImageAlias;
import berth.model.InstanceName;
import berth.model.Network;
import berth.model.Pool;
import berth.model.Profile;
import berth.model.ProfileName;
import berth.model.ProjectName;
import berth.model.Quoted;
import berth.model.Refused;
import berth.plan.Target;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Lets objects go from their site: they stay as they are, running or not, and are nobody's from now on. */
public final class Detach {
    private static final ProjectName PROJECT = new ProjectName("default");

    private final Shelves shelves;
    private final Turns turns;

    /** Detaches what lies on those shelves. */
    public Detach(Shelves shelves, Turns turns) {
        this.shelves = shelves;
        this.turns = turns;
    }

    /**
     * Lets them go; refuses, with none let go, a name that the site has not.
     *
     * @param names as {@code kind:name}, or a name alone
     * @return what was let go
     */
    public List<Target> detach(String site, Set<String> names) {
        return turns.take("site " + site, () -> {
            var meant = new ArrayList<Target>();
            var all = new Belongings(shelves).of(site);
            for (String name : names) {
                List<Target> found = all.stream()
                        .map(Belongings.Belonging::target)
                        .filter(it -> it.name().equals(name) || it.toString().equals(name))
                        .toList();
                if (found.isEmpty()) {
                    throw Refused.invalid("Site " + site + " owns nothing that is called " + Quoted.of(name)
                            + "; see: berth status " + site);
                }
                if (found.size() > 1) {
                    throw Refused.invalid(Quoted.of(name) + " is the name of several; say which: " + found);
                }
                meant.addAll(found);
            }
            if (meant.isEmpty()) {
                throw Refused.invalid("Nothing was named that is to be detached");
            }
            meant.forEach(this::letGo);
            return List.copyOf(meant);
        });
    }

    private void letGo(Target target) {
        switch (target.kind()) {
            case "instance" ->
                turns.take("instance " + PROJECT + "/" + target.name(), () -> {
                    shelves.instances()
                            .change(Shelves.key(PROJECT, new InstanceName(target.name())), it -> it.declaredBy(null));
                });
            case "profile" ->
                turns.take("profile " + PROJECT + "/" + target.name(), () -> {
                    shelves.profiles()
                            .change(
                                    Shelves.key(PROJECT, new ProfileName(target.name())),
                                    it -> new Profile(
                                            it.project(),
                                            it.name(),
                                            it.description(),
                                            it.config(),
                                            it.devices(),
                                            null));
                });
            case "image" ->
                shelves.aliases()
                        .change(
                                PROJECT + "/" + target.name(),
                                it -> new ImageAlias(
                                        it.project(), it.name(), it.description(), it.target(), it.kind(), null));
            case "network" ->
                turns.take("networks", () -> {
                    shelves.networks()
                            .change(
                                    target.name(),
                                    it -> new Network(it.name(), it.type(), it.description(), it.config(), null));
                });
            case "pool" ->
                turns.take("pool " + target.name(), () -> {
                    shelves.pools()
                            .change(
                                    target.name(),
                                    it -> new Pool(it.name(), it.driver(), it.description(), it.config(), null));
                });
            case "server" -> {
                ServerSettings settings = shelves.settings();
                shelves.keep(new ServerSettings(settings.config(), settings.bootId(), null));
            }
            default -> throw new IllegalStateException("no site owns a " + target.kind());
        }
    }
}
