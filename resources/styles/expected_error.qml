<!DOCTYPE qgis PUBLIC 'http://mrcc.com/qgis.dtd' 'SYSTEM'>
<qgis styleCategories="Symbology" version="3.22">
 <pipe-data-defined-properties>
  <Option type="Map">
   <Option type="QString" name="name" value=""/>
   <Option name="properties"/>
   <Option type="QString" name="type" value="collection"/>
  </Option>
 </pipe-data-defined-properties>
 <pipe>
  <provider>
   <resampling enabled="false" zoomedInResamplingMethod="nearestNeighbour" zoomedOutResamplingMethod="nearestNeighbour" maxOversampling="2"/>
  </provider>
  <rasterrenderer type="singlebandpseudocolor" classificationMax="0.1" classificationMin="0" opacity="0.5" nodataColor="" alphaBand="-1" band="1">
   <minMaxOrigin>
    <limits>None</limits>
    <extent>WholeRaster</extent>
    <statAccuracy>Estimated</statAccuracy>
    <cumulativeCutLower>0.02</cumulativeCutLower>
    <cumulativeCutUpper>0.98</cumulativeCutUpper>
    <stdDevFactor>2</stdDevFactor>
   </minMaxOrigin>
   <rastershader>
    <colorrampshader colorRampType="INTERPOLATED" clip="0" minimumValue="0" maximumValue="0.1" classificationMode="1" labelPrecision="4">
     <colorramp type="gradient" name="[source]">
      <Option type="Map">
       <Option type="QString" name="color1" value="255,255,178,0"/>
       <Option type="QString" name="color2" value="189,0,38,255"/>
       <Option type="QString" name="discrete" value="0"/>
       <Option type="QString" name="rampType" value="gradient"/>
       <Option type="QString" name="stops" value="0.25;254,204,92,64:0.5;253,141,60,128:0.75;240,59,32,191"/>
      </Option>
      <prop v="255,255,178,0" k="color1"/>
      <prop v="189,0,38,255" k="color2"/>
      <prop v="0" k="discrete"/>
      <prop v="gradient" k="rampType"/>
      <prop v="0.25;254,204,92,64:0.5;253,141,60,128:0.75;240,59,32,191" k="stops"/>
     </colorramp>
     <item color="#ffffb2" label="0.000" alpha="0" value="0"/>
     <item color="#fecc5c" label="0.025" alpha="64" value="0.025"/>
     <item color="#fd8d3c" label="0.050" alpha="128" value="0.05"/>
     <item color="#f03b20" label="0.075" alpha="191" value="0.075"/>
     <item color="#bd0026" label="0.100" alpha="255" value="0.1"/>
     <rampLegendSettings minimumLabel="" direction="0" orientation="2" prefix="" maximumLabel="" suffix="" useContinuousLegend="1">
      <numericFormat id="basic">
       <Option type="Map">
        <Option type="QChar" name="decimal_separator" value=""/>
        <Option type="int" name="decimals" value="4"/>
        <Option type="int" name="rounding_type" value="0"/>
        <Option type="bool" name="show_plus" value="false"/>
        <Option type="bool" name="show_thousand_separator" value="true"/>
        <Option type="bool" name="show_trailing_zeros" value="false"/>
        <Option type="QChar" name="thousand_separator" value=""/>
       </Option>
      </numericFormat>
     </rampLegendSettings>
    </colorrampshader>
   </rastershader>
  </rasterrenderer>
  <brightnesscontrast contrast="0" gamma="1" brightness="0"/>
  <huesaturation grayscaleMode="0" colorizeStrength="100" invertColors="0" colorizeBlue="128" colorizeOn="0" colorizeRed="255" colorizeGreen="128" saturation="0"/>
  <rasterresampler maxOversampling="2"/>
  <resamplingStage>resamplingFilter</resamplingStage>
 </pipe>
 <blendMode>0</blendMode>
</qgis>
