package berth.rest;

import berth.engine.instance.InstanceView;
import berth.engine.instance.Instances;
import berth.model.Instance;
import berth.model.InstanceName;
import berth.model.Kind;
import berth.model.Refused;
import berth.rest.http.Exchange;
import berth.rest.http.HttpRefused;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Under which path instances are asked for: {@code /1.0/instances}, or one of its older names that show one kind only.
 *
 * @param kind null: every kind
 */
record InstancePrefix(String path, @Nullable Kind kind) {
    static final InstancePrefix INSTANCES = new InstancePrefix("/1.0/instances", null);
    static final InstancePrefix CONTAINERS = new InstancePrefix("/1.0/containers", Kind.CONTAINER);
    static final InstancePrefix VIRTUAL_MACHINES = new InstancePrefix("/1.0/virtual-machines", Kind.VIRTUAL_MACHINE);

    /** All of them. */
    static final List<InstancePrefix> ALL = List.of(INSTANCES, CONTAINERS, VIRTUAL_MACHINES);

    boolean shows(Instance instance) {
        return kind == null || kind == instance.kind();
    }

    String url(Instance instance) {
        return path + "/" + instance.name() + Scope.query(instance.project());
    }

    /** The instance that the request's path names; refuses one of another kind as if it were not there. */
    Instance require(Instances instances, Exchange exchange) {
        Instance instance = instances.require(Scope.of(exchange), name(exchange));
        if (!shows(instance)) {
            throw Refused.missing("Instance not found");
        }
        return instance;
    }

    /** The same, with all that a list shows of it. */
    InstanceView show(Instances instances, Exchange exchange) {
        Instance instance = require(instances, exchange);
        return instances.show(instance.project(), instance.name());
    }

    /** What cannot be a name is not the name of anything; only what looks like a path is called wrong. */
    private static InstanceName name(Exchange exchange) {
        String name = exchange.segment("name");
        if (name.contains("/")) {
            throw new HttpRefused(400, "Invalid instance name");
        }
        try {
            return new InstanceName(name);
        } catch (Refused notAName) {
            throw Refused.missing("Instance not found");
        }
    }
}
