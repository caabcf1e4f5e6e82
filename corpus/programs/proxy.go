// Reverse proxies as people write them with net/http/httputil. Usage: proxy PORT BACKEND MODE
package main

import (
	"log"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"path"
)

func main() {
	port, backend, mode := os.Args[1], os.Args[2], os.Args[3]
	target, err := url.Parse("http://127.0.0.1:" + backend)
	if err != nil {
		log.Fatal(err)
	}
	proxy := httputil.NewSingleHostReverseProxy(target)
	direct := proxy.Director
	var handler http.Handler = proxy
	switch mode {
	case "prefix":
		target.Path = "/internal"
		handler = httputil.NewSingleHostReverseProxy(target)
	case "strip":
		handler = http.StripPrefix("/api", proxy)
	case "query":
		proxy.Director = func(r *http.Request) {
			direct(r)
			r.URL.RawQuery = r.URL.Query().Encode()
		}
	case "path":
		proxy.Director = func(r *http.Request) {
			direct(r)
			r.URL.RawPath = ""
		}
	case "clean":
		proxy.Director = func(r *http.Request) {
			direct(r)
			r.URL.Path = path.Clean(r.URL.Path)
			r.URL.RawPath = ""
		}
	case "host":
		proxy.Director = func(r *http.Request) {
			direct(r)
			r.Header.Set("X-Forwarded-Host", r.Host)
			r.Host = "orders.default.svc.cluster.local:8080"
		}
	}
	log.Fatal(http.ListenAndServe("127.0.0.1:"+port, handler))
}
