package berth.engine.apply;

import berth.engine.record.Codec;
import berth.engine.record.Shelf;
import berth.model.Quoted;
import berth.model.Refused;
import berth.spi.Store;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** All that was ever applied, by site and number. Nothing here is changed once it has ended. */
public final class Generations {
    private final Shelf<Generation> shelf;

    Generations(Store store, Codec codec) {
        this.shelf = new Shelf<>(
                store,
                codec,
                "/generations/",
                Generation.class,
                it -> String.format("%s/%08d", it.site(), it.number()));
        shelf.all().stream()
                .filter(it -> it.outcome().equals("running"))
                .forEach(it -> shelf.put(it.with("interrupted", it.done(), it.systems())));
    }

    /** The generations of a site, oldest first. */
    public List<Generation> of(String site) {
        return shelf.under(site + "/");
    }

    /** The last generation of a site. */
    public Optional<Generation> last(String site) {
        var all = of(site);
        return all.isEmpty() ? Optional.empty() : Optional.of(all.getLast());
    }

    /** The last generation of a site; refuses when it was never applied. */
    public Generation current(String site) {
        return last(site).orElseThrow(() -> Refused.missing("There is no site " + Quoted.of(site)));
    }

    /** The last generation of every site, by the site's name. */
    public List<Generation> lastOfEach() {
        return shelf.all().stream()
                .collect(Collectors.groupingBy(
                        Generation::site, Collectors.maxBy(Comparator.comparingLong(Generation::number))))
                .values()
                .stream()
                .flatMap(Optional::stream)
                .sorted(Comparator.comparing(Generation::site))
                .toList();
    }

    /** One of them; refuses when there is none of that number. */
    public Generation require(String site, long number) {
        return of(site).stream()
                .filter(it -> it.number() == number)
                .findFirst()
                .orElseThrow(() ->
                        Refused.missing("Site " + Quoted.of(site) + " has no generation " + number + range(site)));
    }

    private String range(String site) {
        var all = of(site);
        return all.isEmpty()
                ? "; it was never applied"
                : "; there are " + all.getFirst().number() + " to "
                        + all.getLast().number();
    }

    /**
     * The one that a step back leads to: the last before the current one that was wholly done and asks for something else.
     */
    public Generation before(Generation current) {
        return of(current.site()).reversed().stream()
                .filter(it -> it.number() < current.number())
                .filter(Generation::whole)
                .filter(it -> !it.files().equals(current.files()))
                .findFirst()
                .orElseThrow(() -> Refused.invalid("Site " + Quoted.of(current.site())
                        + " has no earlier generation that was wholly done and differs from generation "
                        + current.number() + "; name one, see: berth generations " + current.site()));
    }

    /** The number that the next apply of a site gets. */
    long next(String site) {
        return last(site).map(Generation::number).orElse(0L) + 1;
    }

    void keep(Generation generation) {
        shelf.put(generation);
    }
}
