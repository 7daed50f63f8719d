package berth.engine.apply;

import berth.engine.image.Distribution;
import berth.engine.image.ImageFiles;
import berth.engine.image.ImageRecipe;
import berth.engine.image.ImageUpload;
import berth.engine.image.ImageUseCases;
import berth.model.Fingerprint;
import berth.model.Image;
import berth.model.ProjectName;
import berth.model.Refused;
import berth.model.wanted.WantedImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.function.Consumer;

/** Makes the images that sites ask for: built from packages, read from tarballs, or here already. */
final class SiteImages implements MakeImage {
    private static final ProjectName PROJECT = new ProjectName("default");

    private final ImageUseCases images;

    SiteImages(ImageUseCases images) {
        this.images = images;
    }

    @Override
    public Fingerprint make(WantedImage wanted, Consumer<String> progress) {
        return switch (wanted.source()) {
            case WantedImage.Source.Existing(var name) ->
                images.images().resolve(PROJECT, name).fingerprint();
            case WantedImage.Source.Tarball(var path) -> tarball(Path.of(path));
            case WantedImage.Source.Build(var base, var packages, var files) ->
                images.buildImage()
                        .now(
                                PROJECT,
                                new ImageRecipe(Distribution.of(base), packages, files),
                                List.of(),
                                false,
                                it -> progress.accept(it.text()))
                        .fingerprint();
        };
    }

    private Fingerprint tarball(Path path) {
        Path upload = images.files().newUpload();
        try {
            Files.copy(path, upload, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException unreadable) {
            ImageFiles.delete(upload);
            throw Refused.failed("cannot read the image " + path + ": " + unreadable.getMessage());
        }
        Fingerprint fingerprint = ImageFiles.fingerprint(upload, null);
        if (images.images().find(PROJECT, fingerprint).isPresent()) {
            ImageFiles.delete(upload);
            return fingerprint;
        }
        Image image = images.importImage()
                .now(ImageUpload.unified(PROJECT, upload, path.getFileName().toString()));
        return image.fingerprint();
    }
}
