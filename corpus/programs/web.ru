# A Rack application: answers with what it holds after Rack has read the request.
require 'json'
require 'rack'

run(lambda do |env|
  request = Rack::Request.new(env)
  out =
    case request.path_info
    when '/json' then JSON.generate(JSON.parse(request.body.read))
    when '/form' then Rack::Utils.build_nested_query(request.POST)
    when '/params-to-json' then JSON.generate(request.params)
    else
      JSON.generate(url: request.url, headers: env.select { |name, value| value.is_a?(String) && name.match?(/\A(HTTP|CONTENT)_/) }.to_a)
    end
  [200, { 'Content-Type' => 'text/plain' }, [out]]
end)
