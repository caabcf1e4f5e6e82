# What Ruby programs make of bodies, forms and signatures: a line of base64 words in, a line of base64 out.
require 'base64'
require 'cgi'
require 'json'
require 'openssl'
require 'rack'
require 'stringio'
require 'uri'
$stdout.sync = true

def spelt(raw, form)
  case form
  when 'hex' then raw.unpack1('H*')
  when 'upper-hex' then raw.unpack1('H*').upcase
  when 'base64' then Base64.strict_encode64(raw)
  when 'base64url' then Base64.urlsafe_encode64(raw)
  when 'base64-of-hex' then Base64.strict_encode64(raw.unpack1('H*'))
  when 'lines' then Base64.encode64(raw)
  when 'percent-encoded' then CGI.escape(Base64.strict_encode64(raw))
  else raise form
  end
end

OPERATIONS = {
  'json' => ->(body) { JSON.generate(JSON.parse(body)) },
  'json-pretty' => ->(body) { JSON.pretty_generate(JSON.parse(body)) },
  'json-ascii' => ->(body) { JSON.generate(JSON.parse(body), ascii_only: true) },
  'json-script-safe' => ->(body) { JSON.generate(JSON.parse(body), script_safe: true) },
  'inspect' => ->(body) { JSON.parse(body).inspect },
  'form' => ->(body) { Rack::Utils.build_nested_query(Rack::Utils.parse_nested_query(body)) },
  'form-flat' => ->(body) { Rack::Utils.build_query(Rack::Utils.parse_query(body)) },
  'form-uri' => ->(body) { URI.encode_www_form(URI.decode_www_form(body)) },
  'form-to-json' => ->(body) { JSON.generate(Rack::Utils.parse_nested_query(body)) },
  'escape-html' => ->(body) { CGI.escapeHTML(body) },
  'cgi-escape' => ->(body) { CGI.escape(body) },
  'cgi-unescape' => ->(body) { CGI.unescape(body) },
  'chomp' => ->(body) { body.chomp },
  'strip' => ->(body) { body.strip },
  'squish' => ->(body) { body.strip.gsub(/[[:space:]]+/, ' ') },
  'puts' => ->(body) { io = StringIO.new; io.puts(body); io.string },
  'scrub' => ->(body) { body.scrub },
  'iso-8859-1' => ->(body) { body.encode('ISO-8859-1', undef: :replace) },
  'unicode-nfd' => ->(body) { body.unicode_normalize(:nfd) },
  'query' => ->(query) { Rack::Utils.build_query(Rack::Utils.parse_query(query)) },
  'encode64' => ->(body) { Base64.encode64(body) },
  'hmac-signature' => ->(hash, key, message, form) { spelt(OpenSSL::HMAC.digest(hash, key.b, message.b), form) },
  'plain-hash' => ->(hash, message, form) { spelt(OpenSSL::Digest.digest(hash, message.b), form) },
}.freeze

$stdin.each_line(chomp: true) do |line|
  name, *words = line.split("\t", -1)
  begin
    out = OPERATIONS.fetch(name).call(*words.map { |word| Base64.decode64(word).force_encoding('UTF-8') })
    puts Base64.strict_encode64(out)
  rescue StandardError => e
    puts "!#{Base64.strict_encode64("#{name}: #{e.message}")}"
  end
end
