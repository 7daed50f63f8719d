package berth.rest;

import berth.model.Pool;
import berth.model.PoolName;
import berth.model.Settings;
import berth.rest.http.HttpRefused;
import berth.spi.StorageDriver;
import berth.wire.StoragePoolPut;
import berth.wire.StoragePoolResources;
import berth.wire.StoragePoolsPost;
import java.util.List;
import java.util.Map;

/** Storage pools in LXD's words, and back. */
final class PoolTranslation {
    private PoolTranslation() {}

    static berth.wire.StoragePool toWire(Pool pool, List<String> usedBy) {
        return new berth.wire.StoragePool(
                pool.config(),
                pool.description(),
                pool.name().text(),
                pool.driver(),
                usedBy,
                "Created",
                List.of("none"));
    }

    static StoragePoolResources toWire(StorageDriver.PoolSpace space) {
        return new StoragePoolResources(
                new StoragePoolResources.Space(space.usedBytes(), space.totalBytes()),
                new StoragePoolResources.Inodes(space.usedInodes(), space.totalInodes()));
    }

    static Pool toPool(StoragePoolsPost body) {
        if (Given.text(body.name()).isEmpty()) {
            throw new HttpRefused(400, "No name provided");
        }
        if (Given.text(body.driver()).isEmpty()) {
            throw new HttpRefused(400, "No driver provided");
        }
        return new Pool(
                new PoolName(Given.text(body.name())),
                Given.text(body.driver()),
                Given.text(body.description()),
                Settings.merge(Map.of(), Given.keys(body.config())),
                null);
    }

    static Pool put(Pool before, StoragePoolPut body) {
        return new Pool(
                before.name(),
                before.driver(),
                Given.text(body.description()),
                Settings.merge(Map.of(), Given.keys(body.config())),
                before.declared());
    }

    static Pool patch(Pool before, StoragePoolPut body) {
        return new Pool(
                before.name(),
                before.driver(),
                body.description() == null ? before.description() : body.description(),
                Settings.merge(before.config(), Given.keys(body.config())),
                before.declared());
    }

    static Etag etag(Pool pool) {
        return Etag.of(pool.name().text(), pool.driver(), pool.config());
    }
}
