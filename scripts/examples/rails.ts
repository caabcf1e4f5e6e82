/** The smallest application of Rails: what an example stands in. */

/** `NAME` in production’s configuration and `ROUTES` before it starts. */
function application(configuration: string, rest: string): string {
  return `require 'action_controller/railtie'
class App < Rails::Application
  config.load_defaults 6.1
  config.eager_load = false
  config.secret_key_base = 'for tests'
  config.hosts.clear
  config.logger = Logger.new(IO::NULL)
  ${configuration}
  routes.append do
    post '/webhook', to: 'webhooks#create'
    post '*rest', to: 'webhooks#create', format: false
  end
end
App.initialize!
${rest}`;
}

/** A controller that listens. */
export function railsServer(controller: string): string {
  return application(
    '',
    `${controller}
require 'rack/handler/webrick'
Rack::Handler::WEBrick.run App, Host: '127.0.0.1', Port: 3000, AccessLog: [], Logger: WEBrick::Log.new(IO::NULL)
`,
  );
}

/** `CODE` stands in an action, or in the configuration; what `asks` prints is looked at. */
export function railsProgram(place: 'action' | 'configuration', prints: string, asks: string): string {
  return application(
    place === 'configuration' ? 'CODE' : '',
    `class WebhooksController < ActionController::Base
  skip_forgery_protection
  def create
    ${place === 'action' ? 'CODE' : ''}
    render plain: ${prints}
  end
end
require 'rack/mock'
app = Rack::MockRequest.new(App)
${asks}
`,
  );
}
