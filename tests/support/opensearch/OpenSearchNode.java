import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.opensearch.Version;
import org.opensearch.common.settings.Settings;
import org.opensearch.index.mapper.MapperExtrasModulePlugin;
import org.opensearch.node.InternalSettingsPreparer;
import org.opensearch.node.Node;
import org.opensearch.plugins.Plugin;
import org.opensearch.plugins.PluginInfo;
import org.opensearch.transport.Netty4ModulePlugin;

/**
 * A real OpenSearch of one node on the loopback interface, without a distribution's scripts and plugins.
 *
 * <p>Arguments: its folder, the port of HTTP (0: any free one). It ends with its standard input, so that a test that dies
 * leaves no server behind.
 */
public final class OpenSearchNode extends Node {
  private OpenSearchNode(Settings settings, Path folder) {
    super(
        InternalSettingsPreparer.prepareEnvironment(settings, Map.of(), folder.resolve("config"), () -> "datasource-test"),
        List.of(plugin(Netty4ModulePlugin.class), plugin(MapperExtrasModulePlugin.class)),
        false);
  }

  private static PluginInfo plugin(Class<? extends Plugin> plugin) {
    return new PluginInfo(
        plugin.getSimpleName(), "", "", Version.CURRENT, "21", plugin.getName(), null, List.of(), false);
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
            .put("http.port", arguments[1])
            .put("transport.port", "0")
            .put("transport.type", Netty4ModulePlugin.NETTY_TRANSPORT_NAME)
            .put("http.type", Netty4ModulePlugin.NETTY_HTTP_TRANSPORT_NAME)
            // A test's documents fit any disk; without this a full machine makes the indexes read-only.
            .put("cluster.routing.allocation.disk.threshold_enabled", false)
            .build();
    try (Node node = new OpenSearchNode(settings, folder)) {
      node.start();
      System.out.println("started");
      while (System.in.read() >= 0) {}
    }
    System.exit(0);
  }
}
