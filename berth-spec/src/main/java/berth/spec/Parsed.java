package berth.spec;

import berth.model.Refused;
import berth.model.wanted.Finding;
import berth.model.wanted.Spec;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What came of reading.
 *
 * @param spec to be used only when there are no errors
 * @param errors by place, at most 100
 * @param warnings by place, at most 100
 * @param later those errors that only say that this version cannot do it
 */
public record Parsed(Spec spec, List<Finding> errors, List<Finding> warnings, Set<Finding> later) {
    public Parsed {
        errors = List.copyOf(errors);
        warnings = List.copyOf(warnings);
        later = Set.copyOf(later);
    }

    /** What is wrong in the files themselves: without it, they are understood, even where this version cannot do all. */
    public List<Finding> mistakes() {
        return errors.stream().filter(it -> !later.contains(it)).toList();
    }

    /** Errors and warnings, by place. */
    public List<Finding> findings() {
        return Stream.concat(errors.stream(), warnings.stream()).sorted().toList();
    }

    /** The normal form; refuses with every error, one a line. */
    public Spec orRefuse() {
        if (!errors.isEmpty()) {
            throw Refused.invalid(errors.stream().map(Finding::line).collect(Collectors.joining("\n")) + "\n"
                    + (errors.size() == 1 ? "1 error. " : errors.size() + " errors. ") + "Nothing was changed.");
        }
        return spec;
    }
}
