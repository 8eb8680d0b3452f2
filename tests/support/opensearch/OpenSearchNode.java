import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import org.opensearch.Version;
import org.opensearch.common.settings.Settings;
import org.opensearch.http.HttpServerTransport;
import org.opensearch.index.mapper.MapperExtrasModulePlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.PluginInfo;
import org.opensearch.transport.Netty4ModulePlugin;

/**
 * A real OpenSearch of one node on the loopback interface, without a distribution's scripts and plugins.
 *
 * <p>Argument: the folder for its data. It prints the port of HTTP when it is ready.
 */
public final class OpenSearchNode extends Node {
  private OpenSearchNode(Settings settings, Path folder) {
    super(
        InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), folder.resolve("config"), () -> "test"),
        List.of(plugin(Netty4ModulePlugin.class), plugin(MapperExtrasModulePlugin.class)),
        false);
  }

  private static PluginInfo plugin(Class<? extends Plugin> type) {
    return new PluginInfo(type.getSimpleName(), "", "", Version.CURRENT, "21", type.getName(), null, List.of(), false);
  }

  public static void main(String[] arguments) throws Exception {
    Path folder = Path.of(arguments[0]);
    Files.createDirectories(folder.resolve("config"));
    Settings settings =
        Settings.builder()
            .put("path.home", folder.toString())
            .put("cluster.name", "datasource-test")
            .put("discovery.type", "single-node")
            .put("network.host", "127.0.0.1")
            .put("http.port", "0")
            .put("transport.port", "0")
            .put("transport.type", Netty4ModulePlugin.NETTY_TRANSPORT_NAME)
            .put("http.type", Netty4ModulePlugin.NETTY_HTTP_TRANSPORT_NAME)
            // A test's documents fit any disk; otherwise a full one makes the indexes read-only.
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .build();
    Node node = new OpenSearchNode(settings, folder);
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  try {
                    node.close();
                  } catch (Exception failure) {
                    failure.printStackTrace();
                  }
                }));
    node.start();
    HttpServerTransport http = node.injector().getInstance(HttpServerTransport.class);
    System.out.println("listening on " + http.boundAddress().publishAddress().getPort());
    new CountDownLatch(1).await();
  }
}
