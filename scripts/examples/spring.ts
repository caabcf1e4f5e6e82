/** The smallest application of Spring: what an example stands in. Debian’s is 4.3, which has all that the examples use. */

const JARS = ['core', 'beans', 'context', 'expression', 'aop', 'web', 'web.servlet', 'test'];
const PATHS = [...JARS.map((name) => `spring3-${name}`), 'servlet-api', 'commons-logging'].map(
  (name) => `/usr/share/java/${name}.jar`,
);

/** Prints nothing of its own, and ends with 0 where Spring is there. */
export const JAVA: readonly [string, ...string[]] = ['java', '-cp', PATHS.join(':')];

/** Whether Java and Spring are there. */
export const SPRING_IS_THERE = ['sh', '-c', `java -version && ls ${PATHS.join(' ')}`] as const;

const IMPORTS = `import java.nio.charset.StandardCharsets;
import java.security.*;
import java.time.Instant;
import java.util.*;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import javax.servlet.http.HttpServletRequest;
import org.springframework.context.annotation.Bean;
import org.springframework.http.*;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;
import org.springframework.test.web.servlet.setup.MockMvcBuilders;
import org.springframework.web.bind.annotation.*;
import org.springframework.web.filter.ForwardedHeaderFilter;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
`;

/** Members of a class, and what its \`main\` does. */
export function javaProgram(members: string, main: string): string {
  return `${IMPORTS}
class Setting {
${members}
public static void main(String[] args) throws Exception {
java.util.logging.LogManager.getLogManager().reset();
${main}
System.exit(0);
}
}
`;
}

/** Members of a controller, and what is asked of it. */
export function springProgram(controller: string, asks: string, filters = ''): string {
  return javaProgram(
    `@RestController
static class Webhooks {
${controller}
}
static MockMvc mvc = MockMvcBuilders.standaloneSetup(new Webhooks()).addFilters(${filters}).build();
static MockHttpServletResponse ask(MockHttpServletRequestBuilder request) throws Exception {
  return mvc.perform(request).andReturn().getResponse();
}`,
    asks,
  );
}
